import { platform } from 'node:os';
import { formatCodexVersion } from '../../codex/version.ts';
import type { Client } from '../connection.ts';
import type { Params } from '../params.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'macos', win32: 'windows' };

/** `initialize`: from now on the connection may ask, and is told what everyone is told. */
export async function initialize(client: Client, { server, connection }: Call): Promise<Step[]> {
  connection.introduce(client);
  const version = formatCodexVersion(server.version);
  const result = {
    userAgent: `${client.name}/${version} (rollout-inspect embedded app-server)`,
    codexHome: server.store.codexHome,
    platformFamily: platform() === 'win32' ? 'windows' : 'unix',
    platformOs: SYSTEMS[platform()] ?? platform(),
  };
  return [{ kind: 'response', result }];
}

/** What a client says of itself. @throws {RequestError} when it does not say it */
export function readClient(params: Params): Client {
  const info = params.object('clientInfo', 'ClientInfo');
  const name = info.string('name');
  info.string('version');
  const capabilities = params.optionalObject('capabilities', 'InitializeCapabilities');
  return {
    name,
    experimentalApi: capabilities?.flag('experimentalApi') ?? false,
    optsOutOf: capabilities?.strings('optOutNotificationMethods') ?? [],
  };
}
