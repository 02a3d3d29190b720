import { createHash } from 'node:crypto';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Direction, Onlooker } from '../../src/tap/passage.ts';
import type { Child, ProcessEnd } from '../../src/tap/pump/child.ts';
import { standIn } from '../../src/tap/pump/stand-in.ts';
import { random } from '../support/random.ts';
import { samples, seed } from '../support/random-sample.ts';

const SESSIONS = samples(60);
const ends: readonly ProcessEnd[] = [
  { code: 0, signal: null },
  { code: 77, signal: null },
  { code: null, signal: 'SIGTERM' },
  { code: null, signal: 'SIGKILL' },
];

/** What one side says, in pieces: lines, parts of lines, bytes that are no UTF-8. */
function pieces(below: (limit: number) => number): Buffer[] {
  return Array.from({ length: below(6) }, () => {
    const kinds = [
      () =>
        Buffer.from(`${JSON.stringify({ id: below(9), method: 'note', params: { text: 'é'.repeat(below(900)) } })}\n`),
      () => bytes(1 + below(200), below(256), below(256)),
      () => Buffer.from('\r\n\n{"cut":'),
      () => Buffer.alloc(1 + below(100_000), 'x'),
    ];
    return kinds[below(kinds.length)]?.() ?? Buffer.of();
  });
}

function bytes(length: number, first: number, step: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => first + i * step));
}

/** A stream whose buffers are small, so that it holds back whoever writes. */
function pipe(below: (limit: number) => number): PassThrough {
  return new PassThrough({ highWaterMark: 1 + below(20_000) });
}

async function say(what: readonly Buffer[], to: Writable, below: (limit: number) => number): Promise<void> {
  for (const bytes of what) {
    if (below(2) === 0) await turn();
    to.write(bytes);
  }
  to.end();
}

async function heard(from: Readable, below: (limit: number) => number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of from) {
    if (below(3) === 0) await turn();
    chunks.push(chunk as Buffer);
  }
  return digest(chunks);
}

function digest(chunks: readonly Buffer[]): string {
  const bytes = Buffer.concat(chunks);
  return `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex')}`;
}

const nobody: Onlooker = {
  passed: () => {},
  tampered: () => {},
  cut: () => {},
  closed: () => {},
  room: () => undefined,
};

test(`${SESSIONS} random sessions: the same bytes on both sides and for the onlooker, and the same end`, async () => {
  for (let n = 0; n < SESSIONS; n++) {
    const below = random(`stand-in ${seed} ${n}`);
    const said = { sent: pieces(below), received: pieces(below), stderr: pieces(below) };
    const server = { stdin: pipe(below), stdout: pipe(below), stderr: pipe(below) };
    const client = { stdin: pipe(below), stdout: pipe(below), stderr: pipe(below) };
    const end = ends[below(ends.length)] as ProcessEnd;
    const seen: Record<Direction, Buffer[]> = { sent: [], received: [], stderr: [] };
    const onlooker: Onlooker = {
      ...nobody,
      passed: (_, direction, bytes) => void seen[direction].push(Buffer.from(bytes)),
      room: () => (below(4) === 0 ? turn() : undefined),
    };
    const talk = Promise.all([
      say(said.sent, client.stdin, below),
      say(said.received, server.stdout, below),
      say(said.stderr, server.stderr, below),
    ]);
    const sent = heard(server.stdin, below);
    const received = Promise.all([heard(client.stdout, below), heard(client.stderr, below)]);
    // It ends when it has said everything and has read its input to the end, as Codex does.
    const ended = Promise.all([talk, sent]).then(() => end);
    const passing = standIn({ server, ended } as unknown as Child, client, onlooker);
    void passing.then(() => [client.stdout, client.stderr].map((stream) => stream.end()));
    const got = [await sent, ...(await received)];
    const were = [digest(said.sent), digest(said.received), digest(said.stderr)];
    expect({
      n,
      got,
      seen: [digest(seen.sent), digest(seen.received), digest(seen.stderr)],
      end: await passing,
    }).toEqual({
      n,
      got: were,
      seen: were,
      end,
    });
  }
});

test('a client that reads standard error long after the server has ended gets all of it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const streams = () => ({ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() });
  const [server, client] = [streams(), streams()];
  const bytes = Buffer.alloc(50_000, 'x');
  server.stdout.end();
  const saying = say([bytes, bytes, bytes], server.stderr, () => 0);
  const end = { code: 0, signal: null };
  const passing = standIn({ server, ended: Promise.resolve(end) } as unknown as Child, client, nobody);
  await saying;
  await vi.advanceTimersByTimeAsync(5_000);
  void passing.then(() => client.stderr.end());
  expect(await heard(client.stderr, () => 1)).toBe(digest([bytes, bytes, bytes]));
  expect(await passing).toEqual(end);
});
