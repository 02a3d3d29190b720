import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTapFault } from '../../src/tap/faults/fault.ts';
import { Misbehaviour } from '../../src/tap/faults/misbehaviour.ts';
import { tamperedLines } from '../../src/tap/faults/tampered-lines.ts';
import { temporaryFolder } from '../support/rollout.ts';

const usage = '{"method":"thread/tokenUsage/updated","params":{}}';
const answer = '{"id":"a","result":{}}';
const other = '{"method":"turn/started","params":{}}';

/** What reaches a client that has asked for `thread/resume` with the id "a", and what was done. */
async function reaches(fault: string, ...messages: string[]): Promise<{ lines: string[]; done: string[] }> {
  const misbehaviour = new Misbehaviour([parseTapFault(fault)]);
  misbehaviour.sent(Buffer.from('{"id":"a","method":"thread/resume","params":{}}\n'));
  const done: string[] = [];
  const tampered = tamperedLines(
    misbehaviour,
    (what) => done.push(what),
    () => done.push('cut'),
  );
  const parts: Buffer[] = [];
  const bytes = Buffer.from(messages.map((message) => `${message}\n`).join(''));
  for (const piece of [bytes.subarray(0, 7), bytes.subarray(7)])
    for await (const part of tampered(piece)) parts.push(part);
  return { lines: Buffer.concat(parts).toString().split('\n').slice(0, -1), done };
}

test.each<[string, string[], string[]]>([
  ['drop:thread/tokenUsage/updated', [answer, other], ['dropped thread/tokenUsage/updated']],
  ['drop:thread/resume', [usage, other], ['dropped thread/resume']],
  ['duplicate:thread/tokenUsage/updated', [answer, usage, usage, other], ['duplicated thread/tokenUsage/updated']],
  ['delay:1:turn/started', [answer, usage, other], ['delayed turn/started']],
  ['cut-after:2', [answer, usage], ['cut the connection after message 2 of the server', 'cut']],
  ['drop:thread/started', [answer, usage, other], []],
])('%s', async (fault, lines, done) => {
  expect(await reaches(fault, answer, usage, other)).toEqual({ lines, done });
});

test.each(['drop', 'drop:', 'delay:thread/started', 'cut-after:0', 'toString'])('%s is no fault', (text) => {
  expect(() => parseTapFault(text)).toThrow(RangeError);
});

test('what a tap does is told as its own doing, and the server is judged by what it sent', () => {
  const log = join(temporaryFolder(), 'log');
  const script = `console.log('${usage}'); console.log('${other}')`;
  const args = ['bin/rollout-inspect.js', 'tap', '--log', log, '--fault', 'drop:thread/tokenUsage/updated'];
  const { stdout, stderr } = spawnSync(process.execPath, [...args, '--', process.execPath, '-e', script], {
    encoding: 'utf8',
    input: '',
  });
  expect(stdout).toBe(`${other}\n`);
  expect(stderr).toContain('2 messages');
  expect(stderr).toContain('1 message was changed by the faults of this tap, not by the server');
  expect(readFileSync(log, 'utf8')).toContain('= tap dropped thread/tokenUsage/updated on c1');
});
