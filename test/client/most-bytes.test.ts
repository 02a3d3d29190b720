import { expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { ServerProcess } from '../../src/client/server-process.ts';
import { Transcript } from '../../src/wire/transcript.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { nodeServer } from '../support/scripted-server.ts';

test('300 MB of notifications end the connection, and the server is not held up', async () => {
  const script = `
    const line = JSON.stringify({ method: 'x', params: { text: 'y'.repeat(1e6) } }) + '\\n';
    let left = 300;
    const more = () => (left-- > 0 ? process.stdout.write(line, more) : process.exit(5));
    more();`;
  const env = { PATH: process.env.PATH ?? '' };
  const server = await ServerProcess.start(nodeServer(script), { cwd: temporaryFolder(), env, longest: 2 ** 24 });
  try {
    const transcript = new Transcript();
    const connection = new Connection(server.channel, 'client', transcript);
    await connection.ended;
    const said = 'the server floods the connection: more than 268435456 bytes came over it';
    expect(connection.failure?.message).toBe(said);
    expect(transcript.entries.length).toBe(268);
    expect(transcript.entries.some((entry) => entry.problem)).toBe(false);
    expect(await server.ended).toBe('exited with code 5');
  } finally {
    await server.stop();
  }
});
