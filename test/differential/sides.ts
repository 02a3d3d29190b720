import { dial } from '../../src/client/dial.ts';
import { startListening } from '../../src/client/listening-server.ts';
import { supportedVersion } from '../../src/codex/version.ts';
import { EmbeddedServer } from '../../src/server/embedded-server.ts';
import { inProcessChannels } from '../../src/wire/in-process-channel.ts';
import { Peer } from './peer.ts';

/** One of the two servers that are compared, with two connections to it. */
export interface Side {
  readonly peers: readonly [Peer, Peer];
  readonly home: string;
  readonly stop: () => Promise<void>;
}

const LONGEST = 64 * 1024 * 1024;

/** A real app-server, which listens on the loopback interface. */
export async function realSide(binary: string, home: string): Promise<Side> {
  const env = { CODEX_HOME: home, HOME: home, PATH: process.env.PATH ?? '', TZ: 'UTC' };
  const command = [binary, 'app-server', '--listen', 'ws://127.0.0.1:0'];
  const { process: server, url } = await startListening(command, {
    env,
    cwd: home,
    longest: LONGEST,
    connectMs: 20_000,
  });
  const connect = async () => Peer.ready(await dial(url, { connectMs: 10_000, longest: LONGEST }));
  const peers = [await connect(), await connect()] as const;
  return {
    peers,
    home,
    stop: async () => {
      await Promise.all(peers.map((peer) => peer.close()));
      await server.stop();
    },
  };
}

/** The embedded one, in this process. */
export async function embeddedSide(version: string, home: string): Promise<Side> {
  const server = new EmbeddedServer({ codexHome: home, version: supportedVersion(version), faults: [] });
  const connect = () => {
    const [ours, theirs] = inProcessChannels();
    void server.accept(theirs);
    return Peer.ready(ours);
  };
  return { peers: [await connect(), await connect()], home, stop: () => server.close() };
}
