import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { Transcript, type TranscriptEntry } from '../../src/wire/transcript.ts';
import { scriptedServer } from '../support/scripted-server.ts';

/** What a server says to a client that waits for the answers to its requests 1 and 2, and what is wrong with it. */
const defects: readonly (readonly [said: string | Buffer, problem: string])[] = [
  ['Starting up…', "not JSON: 'S' where a value is expected at byte 0"],
  ['{"id":1', "not JSON: the text ends where ',' or '}' is expected at byte 7"],
  ['{"id":1} {"id":2}', 'not JSON: text after the value at byte 9'],
  [Buffer.from('{"method":"\xff"}', 'latin1'), 'not JSON: invalid UTF-8 at byte 11'],
  ['\ufeff{"method":"x"}', 'not JSON: a byte order mark at byte 0'],
  ['{"method":"\\ud800"}', 'not JSON: a lone surrogate escape at byte 11'],
  [`${'['.repeat(128)}${']'.repeat(128)}`, 'not JSON: nested deeper than 127 levels at byte 127'],
  ['null', 'null, not an object'],
  ['"hello"', 'a string, not an object'],
  ['9007199254740993', 'a number, not an object'],
  ['2000.0', 'a number, not an object'],
  ['[]', 'an array: Codex knows no batches'],
  ['[{"id":1,"result":{}}]', 'an array: Codex knows no batches'],
  ['{}', 'neither a method nor an id'],
  ['{"result":{}}', 'neither a method nor an id'],
  ['{"method":7}', 'a method that is a number, not a string'],
  ['{"method":null,"id":5}', 'a method that is null, not a string'],
  ['{"method":"x","params":[1]}', 'params that are an array, not an object'],
  ['{"method":"x","params":"y","id":1}', 'params that are a string, not an object'],
  ['{"method":"x","id":null}', 'an id that is null, not a string or a 64-bit integer'],
  ['{"method":"x","id":1.0}', 'an id that is a number, not a string or a 64-bit integer'],
  ['{"method":"x","id":1,"result":{}}', 'both a method and a result'],
  ['{"method":"x","error":{"code":1,"message":"m"}}', 'both a method and an error'],
  ['{"id":null,"error":{"code":-32700,"message":"m"}}', 'an id that is null, not a string or a 64-bit integer'],
  ['{"id":true,"result":{}}', 'an id that is a boolean, not a string or a 64-bit integer'],
  ['{"id":9223372036854775808,"result":{}}', 'an id that is a number, not a string or a 64-bit integer'],
  ['{"id":3,"result":{}}', 'an answer to 3, which was never sent'],
  ['{"id":-1,"result":{}}', 'an answer to -1, which was never sent'],
  ['{"id":0,"result":{}}', 'an answer to 0, which was never sent'],
  ['{"id":"1","result":{}}', 'an answer to "1", which was never sent'],
  ['{"id":9223372036854775807,"result":{}}', 'an answer to 9223372036854775807, which was never sent'],
  ['{"id":1,"result":{}}\n{"id":1,"result":{}}', 'a second answer to 1'],
  ['{"id":1,"result":{},"error":{"code":1,"message":"m"}}', 'an answer with both a result and an error'],
  ['{"id":1,"result":{},"error":null}', 'an answer with both a result and an error'],
  ['{"id":1}', 'an answer with neither a result nor an error'],
  ['{"id":1,"error":"broken"}', 'an error that is a string, not an object'],
  ['{"id":1,"error":{"message":"m"}}', 'an error whose code is missing, not a 64-bit integer'],
  ['{"id":1,"error":{"code":"1","message":"m"}}', 'an error whose code is a string, not a 64-bit integer'],
  ['{"id":1,"error":{"code":1.5,"message":"m"}}', 'an error whose code is a number, not a 64-bit integer'],
  ['{"id":1,"error":{"code":1}}', 'an error whose message is missing, not a string'],
];

/** The entries that are made when a server says `pieces`, and then answers request 2 as it should. */
async function entriesOf(pieces: readonly (string | Buffer)[]): Promise<TranscriptEntry[]> {
  const transcript = new Transcript();
  const server = scriptedServer();
  const connection = new Connection(server.channel, 'client', transcript);
  const first = connection.request('first', {}, 5_000).catch((failure: unknown) => failure);
  const second = connection.request('second', {}, 5_000);
  for (const piece of pieces) {
    server.say(piece);
    if (pieces.length < 10) await setImmediate();
  }
  server.say('\n{"id":2,"result":"fine"}\n');
  expect(await second).toEqual({ result: 'fine' });
  expect(connection.failure).toBeNull();
  await connection.close();
  await first;
  return transcript.entries.filter((entry) => entry.direction === 'received').slice(0, -1);
}

function withoutTime(entries: readonly TranscriptEntry[]): unknown[] {
  return entries.map(({ atMs: _, ...rest }) => rest);
}

describe.each(defects)('%s', (said, problem) => {
  test(`is ${problem}, and what follows is read`, async () => {
    const entries = await entriesOf([said]);
    expect(entries.at(-1)?.problem).toBe(problem);
    for (const entry of entries.slice(0, -1)) expect(entry.problem).toBeUndefined();
  });

  test('is the same in two pieces, and byte by byte', async () => {
    const bytes = Buffer.from(said);
    const whole = withoutTime(await entriesOf([bytes]));
    for (let at = 1; at < bytes.length; at++) {
      expect(withoutTime(await entriesOf([bytes.subarray(0, at), bytes.subarray(at)]))).toEqual(whole);
    }
    expect(withoutTime(await entriesOf(Array.from(bytes, (byte) => Buffer.from([byte]))))).toEqual(whole);
  });
});

test('what is no JSON is kept to 200 characters, none of them halved', async () => {
  const [entry] = await entriesOf(['😀'.repeat(1_000)]);
  expect(entry?.message).toBe('😀'.repeat(200));
});

test('what the protocol allows is no defect', async () => {
  const allowed = [
    '{"method":"x"}',
    '{"method":"x","params":{},"emittedAtMs":1}',
    '{"params":{},"id":"a","method":"x"}',
    '{"jsonrpc":"2.0","method":"x"}',
    ' {"method":"x"}\r',
    '',
  ];
  const entries = await entriesOf([allowed.join('\n')]);
  expect(entries).toHaveLength(5);
  for (const entry of entries) expect(entry.problem).toBeUndefined();
});
