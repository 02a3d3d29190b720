import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Schema } from '../record/plausible.ts';

/** What requests are answered with whose params do not tell, since they have none or are called otherwise. */
const RESPONSES: Readonly<Record<string, string>> = {
  'account/gatewayOAuth/cancel': 'GatewayOAuthCancelResponse',
  'account/gatewayOAuth/login': 'GatewayOAuthLoginResponse',
  'account/gatewayOAuth/read': 'GatewayOAuthReadResponse',
  'account/logout': 'LogoutAccountResponse',
  'account/rateLimits/read': 'GetAccountRateLimitsResponse',
  'account/securitySetup/read': 'GetAccountSecuritySetupResponse',
  'account/usage/read': 'GetAccountTokenUsageResponse',
  'account/workspaceMessages/read': 'GetWorkspaceMessagesResponse',
  'accountSession/list': 'AccountSessionsResponse',
  'config/batchWrite': 'ConfigWriteResponse',
  'config/mcpServer/reload': 'McpServerRefreshResponse',
  'config/value/write': 'ConfigWriteResponse',
  'configRequirements/read': 'ConfigRequirementsReadResponse',
  'externalAgentConfig/import/readHistories': 'ExternalAgentConfigImportHistoriesReadResponse',
  'memory/reset': 'MemoryResetResponse',
  'remoteControl/disable': 'RemoteControlDisableResponse',
  'remoteControl/status/read': 'RemoteControlStatusReadResponse',
  'rollout/compress': 'RolloutCompressResponse',
  'windowsSandbox/readiness': 'WindowsSandboxReadinessResponse',
};

/** A client request of a protocol. */
export interface ClientRequest {
  readonly method: string;
  /** What its params may be; undefined when it has none. */
  readonly params: Schema | undefined;
}

/** The schemas that a Codex binary generates of its own protocol, the experimental part included. */
export class CodexSchemas {
  /** Every client request, in the order of the protocol. */
  readonly requests: readonly ClientRequest[];
  /** What the params of requests refer to. */
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'codex-schemas-'));
  readonly #ajv = new Ajv({ strict: false, validateFormats: false });

  /** @throws when the binary does not write them */
  constructor(binary: string) {
    const env = { CODEX_HOME: join(this.#folder, 'home'), HOME: this.#folder, PATH: process.env.PATH };
    mkdirSync(env.CODEX_HOME);
    const args = ['app-server', 'generate-json-schema', '--experimental', '--out', this.#folder];
    execFileSync(binary, args, { env, stdio: 'ignore', timeout: 60_000 });
    const { oneOf = [], definitions = {} }: Schema = this.#read('ClientRequest');
    this.definitions = definitions;
    this.requests = oneOf.map(({ properties = {} }) => ({
      method: String(properties.method?.enum?.[0]),
      params: properties.params,
    }));
  }

  /** What is wrong with `value` as a `name`, such as `ServerNotification`; null when nothing is. */
  problem(name: string, value: unknown): string | null {
    const validate: ValidateFunction = this.#ajv.getSchema(name) ?? this.#load(name);
    return validate(value) ? null : this.#ajv.errorsText(validate.errors);
  }

  /** What is wrong with `result` as what a client request is answered with; null when nothing is, or no schema names the request. */
  problemOfResult(method: string, result: unknown): string | null {
    const request = this.requests.find((each) => each.method === method);
    return request ? this.problem(this.#responseTo(request), result) : null;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #responseTo({ method, params }: ClientRequest): string {
    const ref = params?.$ref ?? params?.anyOf?.[0]?.$ref ?? params?.allOf?.[0]?.$ref;
    const name = RESPONSES[method] ?? ref?.replace(/^.*\/|Params$/g, '').concat('Response');
    const file = ['', 'v2/', 'v1/'].map((at) => `${at}${name}`).find((each) => existsSync(this.#pathOf(each)));
    if (file === undefined) throw new Error(`no schema of what ${method} is answered with`);
    return file;
  }

  #load(name: string): ValidateFunction {
    this.#ajv.addSchema(this.#read<object>(name), name);
    const validate = this.#ajv.getSchema(name);
    if (!validate) throw new Error(`no schema ${name}`);
    return validate;
  }

  #read<T>(name: string): T {
    return JSON.parse(readFileSync(this.#pathOf(name), 'utf8'));
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
