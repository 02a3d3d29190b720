import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ObserverThread } from '../../src/tap/observe/observer-thread.ts';
import { temporaryFolder } from '../support/rollout.ts';

const settings = { startedAt: new Date().toISOString(), record: null, log: null, socket: null, codexHome: '/' };
const line = Buffer.from('{"method":"a"}\n');

/** An onlooker whose thread runs `script`. */
function onlooker(script: string): ObserverThread {
  const file = join(temporaryFolder(), 'thread.cjs');
  writeFileSync(file, `const { parentPort } = require('node:worker_threads');\n${script}`);
  return new ObserverThread(file, settings, () => 0);
}

test('a thread that fails over a message holds up nobody, and what it has not done with is counted', async () => {
  const thread = onlooker(`parentPort.on('message', () => { throw new Error('a bug'); });`);
  for (let i = 0; i < 3; i++) thread.passed('c1', 'sent', line);
  // More than may wait to be looked at.
  thread.passed('c1', 'received', Buffer.concat(Array.from({ length: 300_000 }, () => line)));
  await thread.room();
  thread.passed('c1', 'sent', line);
  expect(thread.room()).toBeUndefined();
  const { missing, worst, lines } = await thread.end();
  expect([missing, worst]).toEqual([300_004, 'warn']);
  expect(lines).toEqual(['the messages were no longer looked at: a bug; 300004 passed unseen']);
});

test('what passes within a moment, and in parts, is handed over in its order', async () => {
  const folder = temporaryFolder();
  const thread = onlooker(`
    const { writeFileSync } = require('node:fs');
    const seen = [];
    parentPort.on('message', ({ events, block }) => {
      let at = 0;
      for (const event of events) {
        if (event.kind === 'passed') seen.push([event.connection, event.direction, Buffer.from(block.subarray(at, (at += event.length))).toString()]);
        else seen.push([event.kind]);
      }
      parentPort.postMessage({ kind: 'done', block }, [block.buffer]);
      if (events.at(-1).kind !== 'end') return;
      writeFileSync(${JSON.stringify(join(folder, 'seen'))}, JSON.stringify(seen));
      parentPort.postMessage({ kind: 'report', report: { lines: [], missing: 0, worst: 'pass' } });
    });
  `);
  thread.passed('c1', 'sent', Buffer.from('one\n'));
  thread.passed('c2', 'received', Buffer.from('two\n'));
  thread.cut('c2');
  const large = 'x'.repeat(200_000);
  thread.passed('c1', 'received', Buffer.from(large));
  thread.closed('c1');
  expect(await thread.end()).toMatchObject({ missing: 0, worst: 'pass' });
  const seen: string[][] = JSON.parse(readFileSync(join(folder, 'seen'), 'utf8'));
  const inParts = seen.filter(([connection, direction]) => connection === 'c1' && direction === 'received');
  expect(seen.filter((each) => !inParts.includes(each))).toEqual([
    ['c1', 'sent', 'one\n'],
    ['c2', 'received', 'two\n'],
    ['cut'],
    ['closed'],
    ['end'],
  ]);
  expect(inParts.map(([, , text]) => text).join('')).toBe(large);
});
