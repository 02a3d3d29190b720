import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { untilQuiet } from '../../src/client/quiet.ts';
import { Transcript } from '../../src/wire/transcript.ts';
import { scriptedServer } from '../support/scripted-server.ts';

function connect() {
  const transcript = new Transcript();
  const server = scriptedServer();
  return { transcript, server, connection: new Connection(server.channel, 'client', transcript) };
}

describe('untilQuiet', () => {
  test('waits for the last message', async () => {
    const { transcript, server, connection } = connect();
    const quiet = untilQuiet(transcript, [connection], 200, 30_000);
    for (let i = 0; i < 5; i++) {
      await sleep(50);
      server.say('{"method":"x"}\n');
    }
    expect(await quiet).toBe('quiet');
    expect(transcript.entries).toHaveLength(5);
  });

  test('ends as soon as one of the connections does', async () => {
    const { transcript, server, connection } = connect();
    const quiet = untilQuiet(transcript, [connect().connection, connection], 60_000, 60_000);
    server.say('{"method":"last"}\n');
    server.end();
    expect(await quiet).toBe('closed');
    expect(transcript.entries).toHaveLength(1);
    expect(await untilQuiet(transcript, [connection], 60_000, 60_000)).toBe('closed');
  });

  test('gives up when it never gets quiet', async () => {
    const { transcript, server, connection } = connect();
    const talk = setInterval(() => server.say('{"method":"x"}\n'), 10);
    expect(await untilQuiet(transcript, [connection], 5_000, 200)).toBe('noisy');
    clearInterval(talk);
  });

  test('sees what came while this process was busy', async () => {
    const { transcript, server, connection } = connect();
    const quiet = untilQuiet(transcript, [connection], 20, 30_000);
    await sleep(5);
    server.say('{"method":"x"}\n');
    const busyUntil = performance.now() + 50;
    while (performance.now() < busyUntil);
    await quiet;
    expect(transcript.entries).toHaveLength(1);
  });
});
