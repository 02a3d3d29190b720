import { createHash, randomBytes } from 'node:crypto';
import { dial } from '../../client/dial.ts';
import { allowedEnvironment } from '../../client/environment.ts';
import { startListening } from '../../client/listening-server.ts';
import { ServerProcess } from '../../client/server-process.ts';
import { endStragglers } from '../../client/stragglers.ts';
import type { CodexVersion } from '../../codex/version.ts';
import type { Fault } from '../../server/faults/fault.ts';
import type { Channel } from '../../wire/channel.ts';
import { inProcessChannels } from '../../wire/in-process-channel.ts';
import { noNetwork } from '../sandbox/codex-config.ts';

/** Which server to drive. */
export type ServerChoice =
  /** `from`: how the binary was found, for people. */
  | { readonly kind: 'codex'; readonly binary: string; readonly from?: string }
  | { readonly kind: 'embedded'; readonly version: CodexVersion; readonly faults: readonly Fault[] }
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'ws' | 'unix'; readonly url: string; readonly token: string | undefined };

/** A server that runs. */
export interface RunningServer {
  /** How it is spoken to. */
  readonly transport: 'stdio' | 'in-process' | 'ws' | 'unix';
  /** Opens a connection. Over stdio there is only one. @throws {ServerFailure} */
  readonly connect: () => Promise<Channel>;
  /** The end of what it wrote to standard error; empty where that is not ours to read. */
  readonly stderrTail: () => string;
  /** How it came to its end, once it has; undefined where that is not known. */
  readonly ending: () => string | undefined;
  readonly stop: () => Promise<void>;
}

export interface ServerSetting {
  /** The CODEX_HOME of a server that is started. */
  readonly home: string;
  /** Whether that is a throw-away home, which then is its HOME as well: a shell that it starts reads no profile. */
  readonly isPrivate: boolean;
  /** Whether more than one connection is wanted. */
  readonly several: boolean;
  /** The environment that a server's is taken from, and the names that it gets besides the usual ones. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly passedOn: readonly string[];
  readonly connectMs: number;
  /** Of a message, in bytes. */
  readonly longest: number;
}

/** Whether a server of this kind can have a second connection. */
export function canHaveSeveral({ kind }: ServerChoice): boolean {
  return kind !== 'command';
}

/** Starts a server, or gets ready to dial one. @throws {ServerFailure} */
export async function startServer(choice: ServerChoice, setting: ServerSetting): Promise<RunningServer> {
  switch (choice.kind) {
    case 'embedded':
      return embedded(choice.version, choice.faults, setting);
    case 'codex':
      return setting.several ? listening(choice.binary, setting) : child([choice.binary, 'app-server'], setting);
    case 'command':
      return child(choice.command, setting);
    default:
      return dialled(choice.kind, choice.url, choice.token, setting);
  }
}

async function embedded(
  version: CodexVersion,
  faults: readonly Fault[],
  { home }: ServerSetting,
): Promise<RunningServer> {
  const { EmbeddedServer } = await import('../../server/embedded-server.ts');
  const server = new EmbeddedServer({ codexHome: home, version, faults });
  return {
    transport: 'in-process',
    connect: async () => {
      const [ours, theirs] = inProcessChannels();
      void server.accept(theirs);
      return ours;
    },
    stderrTail: () => '',
    ending: () => undefined,
    stop: () => server.close(),
  };
}

async function child(command: readonly string[], setting: ServerSetting): Promise<RunningServer> {
  const server = await ServerProcess.start(command, processOptions(setting));
  return {
    transport: 'stdio',
    connect: async () => server.channel,
    ...processFacts(server, setting),
  };
}

/** A codex of our own that listens on the loopback interface, to those who know a token made for this run. */
async function listening(binary: string, setting: ServerSetting): Promise<RunningServer> {
  const token = randomBytes(32).toString('hex');
  const hash = createHash('sha256').update(token).digest('hex');
  const auth = ['--ws-auth', 'capability-token', '--ws-token-sha256', hash];
  const command = [binary, 'app-server', '--listen', 'ws://127.0.0.1:0', ...auth];
  const { connectMs, longest } = setting;
  const { process, url } = await startListening(command, { ...processOptions(setting), connectMs });
  return {
    transport: 'ws',
    connect: () => dial(url, { token, connectMs, longest }),
    ...processFacts(process, setting),
  };
}

function processOptions({ home, isPrivate, env, passedOn, longest }: ServerSetting) {
  const chosen = passedOn.flatMap((name) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  const homes = { CODEX_HOME: home, ...(isPrivate && { HOME: home }) };
  const more = { ...noNetwork, ...homes, ...Object.fromEntries(chosen) };
  return { cwd: home, env: allowedEnvironment(env, more), longest };
}

function processFacts(
  server: ServerProcess,
  { home, isPrivate }: ServerSetting,
): Pick<RunningServer, 'stderrTail' | 'ending' | 'stop'> {
  let ending: string | undefined;
  void server.ended.then((how) => {
    ending = how;
  });
  const stop = async () => {
    await server.stop();
    // Nobody else has this home. The real one is also that of servers that are none of ours.
    if (isPrivate) endStragglers(`CODEX_HOME=${home}`);
  };
  return { stderrTail: () => server.stderrTail, ending: () => ending, stop };
}

function dialled(kind: 'ws' | 'unix', url: string, token: string | undefined, setting: ServerSetting): RunningServer {
  const { connectMs, longest } = setting;
  return {
    transport: kind,
    connect: () => dial(url, token === undefined ? { connectMs, longest } : { token, connectMs, longest }),
    stderrTail: () => '',
    ending: () => undefined,
    stop: async () => {},
  };
}
