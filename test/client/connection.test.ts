import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { inProcessChannels } from '../../src/wire/in-process-channel.ts';
import { ServerFailure } from '../../src/wire/server-failure.ts';
import { Transcript } from '../../src/wire/transcript.ts';
import { scriptedServer } from '../support/scripted-server.ts';

const ABOUT_US = { clientInfo: { name: 'test' }, capabilities: {} };

function connect(onMessage?: Parameters<typeof scriptedServer>[0], longest?: number) {
  const transcript = new Transcript();
  const server = scriptedServer(onMessage, longest);
  return { connection: new Connection(server.channel, 'observer', transcript), server, transcript };
}

/** A server that answers each request with the n-th of `answers`, the last one again and again. */
function answering(...answers: string[]) {
  let next = 0;
  return connect(({ id }, say) => {
    if (id !== undefined) say(`{"id":${id},${answers[Math.min(next++, answers.length - 1)]}}\n`);
  });
}

describe('requests', () => {
  test('have small ids in order, no jsonrpc member, and answers find them in any order', async () => {
    const { connection, server, transcript } = connect();
    const both = Promise.all([
      connection.request('a', { n: 1 }, 1_000),
      connection.request('b', { path: 'two\nlines' }, 1_000),
    ]);
    expect(server.received).toEqual([
      '{"id":1,"method":"a","params":{"n":1}}',
      '{"id":2,"method":"b","params":{"path":"two\\nlines"}}',
    ]);
    server.say('{"id":2,"error":{"code":-32600,"message":"no","data":[null]}}\n{"id":1,"result":null}\n');
    expect(await both).toEqual([{ result: null }, { error: { code: -32600, message: 'no', data: [null] } }]);
    expect(transcript.entries.map(({ seq, connection: name, direction }) => [seq, name, direction])).toEqual([
      [1, 'observer', 'sent'],
      [2, 'observer', 'sent'],
      [3, 'observer', 'received'],
      [4, 'observer', 'received'],
    ]);
    expect(transcript.entries[1]?.message).toEqual({ id: 2, method: 'b', params: { path: 'two\nlines' } });
  });

  test('keep integers of 64 bits, both ways', async () => {
    const max = 2n ** 63n - 1n;
    const { connection, server, transcript } = answering(`"result":{"total":${max},"least":${-max - 1n}}`);
    const params: JsonObject = { total: max, least: -max - 1n, small: 3n };
    expect(await connection.request('x', params, 1_000)).toEqual({ result: { total: max, least: -max - 1n } });
    expect(server.received[0]).toContain(`{"total":${max},"least":${-max - 1n},"small":3}`);
    expect(transcript.entries[0]?.message).toMatchObject({ params: { total: max, least: -max - 1n, small: 3 } });
  });

  test('are well-formed, on one line', async () => {
    const { connection, server, transcript } = answering('"result":1');
    await connection.request('x', { text: 'a\ud800b\u0000\r\n\u2028', '\udfff': '😀' }, 1_000);
    expect(server.received[0]).toContain('{"text":"a\ufffdb\\u0000\\r\\n\u2028","\ufffd":"😀"}');
    expect(transcript.entries[0]?.message).toMatchObject({ params: { text: 'a\ufffdb\u0000\r\n\u2028' } });
  });

  test('fail when no answer comes in time; one that comes later is no defect', async () => {
    const { connection, server, transcript } = connect();
    await expect(connection.request('thread/resume', {}, 50)).rejects.toThrow(
      new ServerFailure('no answer to thread/resume (id 1) within 50 ms'),
    );
    const next = connection.request('thread/fork', {}, 1_000);
    server.say('{"id":1,"result":"late"}\n{"id":2,"result":"in time"}\n');
    expect(await next).toEqual({ result: 'in time' });
    expect(transcript.entries.filter((entry) => entry.problem)).toEqual([]);
    expect(connection.failure).toBeNull();
  });

  test('fail at once when what comes is no answer', async () => {
    const { connection } = answering('"result":1,"error":{"code":1,"message":"m"}', '"result":2');
    await expect(connection.request('x', {}, 60_000)).rejects.toThrow(
      'no answer to x (id 1), but an answer with both a result and an error',
    );
    expect(await connection.request('y', {}, 1_000)).toEqual({ result: 2 });
  });

  test('10,000 at once are all answered', async () => {
    const { connection } = connect(({ id }, say) => say(`{"id":${id},"result":${id}}\n`));
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => connection.request('x', {}, 30_000)));
    expect(answers).toEqual(Array.from({ length: 10_000 }, (_, index) => ({ result: index + 1 })));
  });
});

describe('an overloaded server', () => {
  const overloaded = '"error":{"code":-32001,"message":"Server overloaded; retry later."}';

  test('is asked again, with new ids', async () => {
    const { connection, server, transcript } = answering(overloaded, overloaded, overloaded, '"result":"at last"');
    expect(await connection.request('x', {}, 30_000)).toEqual({ result: 'at last' });
    expect(server.received.map((text) => JSON.parse(text).id)).toEqual([1, 2, 3, 4]);
    expect(transcript.entries).toHaveLength(8);
  });

  test('is asked six times at most', async () => {
    const { connection, server } = answering(overloaded);
    expect(await connection.request('x', {}, 30_000)).toMatchObject({ error: { code: -32001 } });
    expect(server.received).toHaveLength(6);
  }, 15_000);

  test('is not asked again when there is no time for it', async () => {
    const { connection, server } = answering(overloaded);
    expect(await connection.request('x', {}, 40)).toMatchObject({ error: { code: -32001 } });
    expect(server.received).toHaveLength(1);
  });
});

describe('initialize', () => {
  test('returns what the server says, and tells it that we are ready', async () => {
    const { connection, server } = answering('"result":{"userAgent":"codex"}');
    expect(await connection.initialize(ABOUT_US, 1_000)).toEqual({ userAgent: 'codex' });
    expect(server.received).toEqual([
      '{"id":1,"method":"initialize","params":{"clientInfo":{"name":"test"},"capabilities":{}}}',
      '{"method":"initialized"}',
    ]);
  });

  test.each([
    ['"error":{"code":-32600,"message":"Already\\ninitialized"}', 'refused initialize: Already initialized (-32600)'],
    [`"error":{"code":1,"message":"${'x'.repeat(300)}"}`, `refused initialize: ${'x'.repeat(200)}… (1)`],
    ['"result":"hello"', 'answered initialize with something else'],
  ])('%s is a failure', async (answer, problem) => {
    const { connection, server } = answering(answer);
    await expect(connection.initialize(ABOUT_US, 1_000)).rejects.toThrow(new ServerFailure(`the server ${problem}`));
    expect(server.received).toHaveLength(1);
  });

  test('of a silent server fails', async () => {
    const { connection } = connect();
    await expect(connection.initialize(ABOUT_US, 50)).rejects.toThrow('no answer to initialize (id 1) within 50 ms');
  });
});

describe('what the server asks', () => {
  test.each([
    ['item/commandExecution/requestApproval', '"result":{"decision":"decline"}'],
    ['item/fileChange/requestApproval', '"result":{"decision":"decline"}'],
    ['applyPatchApproval', '"result":{"decision":"abort"}'],
    ['execCommandApproval', '"result":{"decision":"abort"}'],
    ['item/permissions/requestApproval', '"error":{"code":-32601,"message":"rollout-inspect does not answer this"}'],
    ['constructor', '"error":{"code":-32601,"message":"rollout-inspect does not answer this"}'],
  ])('%s is declined', async (method, answer) => {
    const { connection, server, transcript } = answering('"result":1');
    for (const id of ['0', '"a\\"b"', '9223372036854775807']) {
      server.say(`{"method":"${method}","id":${id},"params":{"command":"rm -rf /"}}\n`);
    }
    await connection.request('afterwards', {}, 1_000);
    for (const id of ['0', '"a\\"b"', '9223372036854775807'])
      expect(server.received).toContain(`{"id":${id},${answer}}`);
    expect(transcript.entries.filter((entry) => entry.problem)).toEqual([]);
    expect(transcript.entries).toHaveLength(8);
  });
});

describe('the end', () => {
  test('by the server is a failure, and so is what waits for an answer then', async () => {
    const { connection, server } = connect();
    const waiting = connection.request('thread/read', {}, 60_000);
    server.end();
    await expect(waiting).rejects.toThrow(
      new ServerFailure('no answer to thread/read (id 1): the server closed the connection'),
    );
    await connection.ended;
    expect(connection.failure?.message).toBe('the server closed the connection');
    await expect(connection.request('more', {}, 60_000)).rejects.toThrow(
      'no answer to more (id 2): the server closed the connection',
    );
    expect(server.received).toHaveLength(1);
  });

  test('by us is none', async () => {
    const { connection, server, transcript } = connect();
    const waiting = connection.request('x', {}, 60_000);
    const unanswered = expect(waiting).rejects.toThrow('no answer to x (id 1): the connection was closed');
    await connection.close();
    await connection.ended;
    await unanswered;
    expect(connection.failure).toBeNull();
    server.say('{"method":"late"}\n');
    await connection.close();
    expect(transcript.entries).toHaveLength(1);
  });

  test('comes when a message is too long, with or without an end of it', async () => {
    for (const text of [`"${'x'.repeat(2_000)}"\n`, 'x'.repeat(2_000)]) {
      const { connection, server } = connect(undefined, 1_000);
      server.say(text);
      await connection.ended;
      expect(connection.failure?.message).toBe('a message is longer than 1000 bytes');
    }
  });

  test('in this process is the same', async () => {
    const [ours, theirs] = inProcessChannels();
    const connection = new Connection(ours, 'client', new Transcript());
    const waiting = connection.request('x', {}, 60_000);
    await theirs.close();
    await expect(waiting).rejects.toThrow('no answer to x (id 1): the server closed the connection');
  });
});

describe('a flood', () => {
  test('of messages ends the connection', async () => {
    const { connection, server, transcript } = connect();
    const notifications = '{"method":"x"}\n'.repeat(10_000);
    for (let i = 0; i < 11; i++) server.say(notifications);
    await connection.ended;
    expect(connection.failure?.message).toBe(
      'the server floods the connection: more than 100000 messages came over it',
    );
    expect(transcript.entries).toHaveLength(100_000);
    expect(transcript.entries.some((entry) => entry.problem)).toBe(false);
  }, 30_000);

  test('of values that are tiny as text ends the connection', async () => {
    const { connection, server } = connect(undefined, 16 * 1024 * 1024);
    const line = `[${'[],'.repeat(1_000_000)}[]]\n`;
    for (let i = 0; i < 6; i++) server.say(line);
    await connection.ended;
    expect(connection.failure?.message).toBe(
      'the server floods the connection: more than 10000000 values came over it',
    );
  }, 60_000);
});
