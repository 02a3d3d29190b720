import { supportedVersion } from '../codex/version.ts';

export interface ServerOptions {
  /** The Codex home whose threads are served. Forks and turns are written there, and nowhere else. */
  readonly home: string;
  /** The Codex version to behave like, for example `0.144.6`. Default: the newest that was measured. */
  readonly emulate?: string;
  /** What goes wrong in each resume and fork, as `serve --fault` takes it: `omit-usage`, `slow:250`, … */
  readonly faults?: readonly string[];
  /** What the model does, turn by turn, as a file of `serve --script` says it: docs/serve.md. */
  readonly script?: object;
  /** Where to listen: `ws://IP:PORT` or `unix://PATH`. Default: a free port of the loopback interface. */
  readonly listen?: string;
}

export interface StartedServer {
  /** Where clients connect to. */
  readonly url: string;
  /** Ends all connections and takes no more. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the app-server of `serve` in this process, to test a client with.
 * @throws {RangeError} when `emulate` is no supported version, a fault is none or `listen` no such place; a StrictJsonError
 * when `script` is none
 * @throws {ServerFailure} when it cannot listen there, or the system's error when there is no such home
 */
export async function startServer({
  home,
  emulate,
  faults = [],
  script,
  listen,
}: ServerOptions): Promise<StartedServer> {
  const { EmbeddedServer } = await import('../server/embedded-server.ts');
  const { parseFault } = await import('../server/faults/fault.ts');
  const { listen: listenAt } = await import('../server/listen.ts');
  const { readScript } = await import('../server/turns/turn-script.ts');
  const turns = script === undefined ? {} : { script: readScript(Buffer.from(JSON.stringify(script))) };
  const options = { codexHome: home, version: supportedVersion(emulate), faults: faults.map(parseFault), ...turns };
  return listenAt(new EmbeddedServer(options), listen ?? 'ws://127.0.0.1:0', {});
}
