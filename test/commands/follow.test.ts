import { EventEmitter, once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/cli.ts';
import { type Io, OutputFailed } from '../../src/io.ts';
import { temporaryFolder } from '../support/rollout.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';
const lines = readFileSync(sample, 'utf8').split(/(?<=\n)/);
/** Where the second turn begins. */
const secondTurn = lines.findLastIndex((line) => line.includes('"task_started"'));
const firstTurn = lines.slice(0, secondTurn).join('');

/** Follows a rollout until the reader has left. */
class Follower {
  readonly #events = new EventEmitter();
  readonly #waiting: string[] = [];
  readonly ended: Promise<number>;
  #hasLeft = false;

  constructor(args: readonly string[], isTerminal = false) {
    const io: Io = {
      stdin: Object.assign((async function* () {})(), { isTTY: false }),
      out: async (text) => {
        if (this.#hasLeft) throw new OutputFailed('EPIPE');
        this.#waiting.push(text);
        this.#events.emit('text');
      },
      err: async () => {},
      isTerminal,
      errIsTerminal: false,
      columns: 100,
      errColumns: 100,
      env: {},
      cwd: process.cwd(),
      onDeadlySignal: () => () => {},
    };
    this.ended = run([...args, '--follow'], io);
  }

  /** The next text that is written. */
  async next(): Promise<string> {
    if (this.#waiting.length === 0) await once(this.#events, 'text');
    return this.#waiting.shift() as string;
  }

  /** Reads no more: the next text cannot be written. */
  leave(): void {
    this.#hasLeft = true;
  }
}

const totalIn = (line: string) => JSON.parse(line).tokenUsageInfo.total_token_usage.total_tokens;
const totals = { first: 0, second: 0 };
for (const line of lines) {
  const payload = JSON.parse(line).payload;
  if (payload.type !== 'token_count' || !payload.info) continue;
  totals[lines.indexOf(line) < secondTurn ? 'first' : 'second'] = payload.info.total_token_usage.total_tokens;
}

test('usage is told anew when a rollout grows, shrinks and is replaced, and following ends with its reader', async () => {
  const path = join(temporaryFolder(), 'rollout.jsonl');
  writeFileSync(path, firstTurn);
  const follower = new Follower(['usage', path]);
  expect(totalIn(await follower.next())).toBe(totals.first);
  appendFileSync(path, lines.slice(secondTurn).join(''));
  expect(totalIn(await follower.next())).toBe(totals.second);
  truncateSync(path, Buffer.byteLength(firstTurn));
  expect(totalIn(await follower.next())).toBe(totals.first);
  copyFileSync(sample, `${path}.new`);
  renameSync(`${path}.new`, path);
  expect(totalIn(await follower.next())).toBe(totals.second);
  follower.leave();
  truncateSync(path, Buffer.byteLength(firstTurn));
  await follower.ended;
});

test('only the turns are told that are new or have changed', async () => {
  const path = join(temporaryFolder(), 'rollout.jsonl');
  writeFileSync(path, `${firstTurn}${lines[secondTurn]}`);
  const follower = new Follower(['turns', path]);
  const statuses = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).status);
  expect(statuses(await follower.next())).toEqual(['completed', 'inProgress']);
  appendFileSync(path, lines.slice(secondTurn + 1).join(''));
  const ids = (await follower.next())
    .trimEnd()
    .split('\n')
    .map((line) => [JSON.parse(line).id, JSON.parse(line).status]);
  expect(ids).toContainEqual([JSON.parse(lines[secondTurn] as string).payload.turn_id, 'completed']);
  follower.leave();
  truncateSync(path, Buffer.byteLength(firstTurn));
  await follower.ended;
});

test('on a terminal the card is drawn over the one before', async () => {
  const path = join(temporaryFolder(), 'rollout.jsonl');
  writeFileSync(path, firstTurn);
  const follower = new Follower(['usage', path, '--color', 'never'], true);
  const first = await follower.next();
  appendFileSync(path, lines.slice(secondTurn).join(''));
  const second = await follower.next();
  const rows = first.split('\n').length - 1;
  expect(second.startsWith(`\u001b[${rows}A\r\u001b[J`)).toBe(true);
  expect(second).toContain(totals.second.toLocaleString('en'));
  follower.leave();
  truncateSync(path, Buffer.byteLength(firstTurn));
  await follower.ended;
});

test('when the thread is reverted, the file is followed that goes on with it', async () => {
  const meta = JSON.parse(lines[0] as string).payload;
  const sessions = join(temporaryFolder(), 'sessions', '2026', '01', '01');
  mkdirSync(sessions, { recursive: true });
  const path = join(sessions, `rollout-2026-01-01T00-00-00-${meta.id}.jsonl`);
  writeFileSync(path, firstTurn);
  const follower = new Follower(['usage', path]);
  expect(totalIn(await follower.next())).toBe(totals.first);
  const next = basename(path).replace(/\.jsonl$/, '_01ffffff-0000-7000-8000-000000000000.jsonl');
  writeFileSync(join(dirname(path), next), lines.join(''));
  const told = await follower.next();
  expect([totalIn(told), basename(JSON.parse(told).path)]).toEqual([totals.second, next]);
  follower.leave();
  truncateSync(join(dirname(path), next), Buffer.byteLength(firstTurn));
  await follower.ended;
});

test.each([
  [['usage', '-'], 'standard input cannot be followed'],
  [['usage', sample, 'samples/0.169.0/compacted.jsonl'], '--follow follows one rollout'],
])('%j is refused', async (args, message) => {
  let said = '';
  const io = {
    isTerminal: false,
    errIsTerminal: false,
    columns: 80,
    errColumns: 80,
    env: {},
    cwd: '.',
    onDeadlySignal: () => () => {},
  };
  const stdin = Object.assign((async function* () {})(), { isTTY: false });
  const err = async (text: string) => {
    said += text;
  };
  expect(await run([...args, '--follow'], { ...io, stdin, out: async () => {}, err })).toBe(2);
  expect(said).toContain(message);
});
