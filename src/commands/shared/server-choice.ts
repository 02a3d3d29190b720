import { basename, resolve } from 'node:path';
import { formatCodexVersion, versionOfRules } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { ServerChoice } from '../../replay/drive/server.ts';
import { findCodex } from '../../replay/sandbox/find-codex.ts';
import { bearerToken, type TokenOptions } from './bearer-token.ts';
import { emulatedVersion } from './emulated-version.ts';
import { faultsNamed } from './faults-named.ts';

/** The options that say which server to drive. */
export interface ServerOptions extends TokenOptions {
  readonly server?: string;
  readonly codexBin?: string;
  readonly emulate?: string;
  /** Of the embedded server. */
  readonly fault?: readonly string[];
}

/** The server that the options and the command after `--` name. @throws {UserError} when they make no sense together */
export async function serverChoice(command: readonly string[], options: ServerOptions, io: Io): Promise<ServerChoice> {
  const { server, codexBin } = options;
  const choice = await chosen(command, options, io);
  const unused: readonly (readonly [string, boolean])[] = [
    ['--server', command.length > 0 && server !== undefined],
    ['--codex-bin', choice.kind !== 'codex' && codexBin !== undefined],
    ['--emulate', choice.kind !== 'embedded' && options.emulate !== undefined],
    ['--fault', choice.kind !== 'embedded' && options.fault !== undefined],
    ['--token-env', choice.kind !== 'ws' && options.tokenEnv !== undefined],
    ['--token-file', choice.kind !== 'ws' && options.tokenFile !== undefined],
  ];
  const [flag] = unused.find(([, isSet]) => isSet) ?? [];
  if (flag !== undefined) {
    throw new UserError(`${flag} makes no sense with ${serverLabel(choice)}`, { hint: 'leave one of them out' });
  }
  return choice;
}

async function chosen(command: readonly string[], options: ServerOptions, io: Io): Promise<ServerChoice> {
  const { server } = options;
  if (command.length > 0) return { kind: 'command', command: fromHere(command, io.cwd) };
  if (server === 'embedded') return embedded(options);
  if (server?.startsWith('unix://')) return { kind: 'unix', url: server, token: undefined };
  if (server && /^wss?:\/\//.test(server)) return { kind: 'ws', url: server, token: await bearerToken(options, io) };
  if (server !== undefined && server !== 'codex') {
    throw new UserError(`no such server: ${server}`, { hint: 'codex, embedded, ws://…, wss://… or unix://…' });
  }
  if (server === undefined && (options.emulate ?? options.fault) !== undefined) return embedded(options);
  const found = await findCodex(options.codexBin, io.env, io.cwd);
  if (found !== undefined) return { kind: 'codex', binary: found.path, from: found.from };
  if (server === undefined) return embedded(options);
  throw new UserError('there is no codex binary', {
    hint: 'looked in the PATH; name it with --codex-bin or $CODEX_BIN, or use --server embedded',
  });
}

/** The program of a command as a full path, unless it is a bare name: a server is not started where the user is. */
function fromHere([program = '', ...args]: readonly string[], cwd: string): string[] {
  return [program === basename(program) ? program : resolve(cwd, program), ...args];
}

/** The embedded server. A version newer than the newest known has the newest rules, and so is not claimed to be emulated. */
function embedded({ emulate, fault }: ServerOptions): ServerChoice {
  const version = versionOfRules(emulatedVersion(emulate));
  return { kind: 'embedded', version, faults: fault ? faultsNamed(fault) : [] };
}

/** What to call a server before it has said its name. */
export function serverLabel(choice: ServerChoice): string {
  switch (choice.kind) {
    case 'codex':
      return `codex (${choice.binary}${choice.from === undefined ? '' : `, from ${choice.from}`})`;
    case 'embedded':
      return `the embedded server as Codex ${formatCodexVersion(choice.version)}`;
    case 'command':
      return choice.command.join(' ');
    default:
      return choice.url;
  }
}
