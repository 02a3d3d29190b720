import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

/** What a server may send that is nearly right: a real recording with one thing changed, and what must notice it. */

interface Entry {
  seq: number;
  connection: string;
  direction: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a server sends
  message: any;
}

const resumed = { capture: 'resume-0.169.0', lifecycle: 'resume', sample: '0.169.0/two-turns' };
const forked = { capture: 'fork-0.169.0', lifecycle: 'fork', sample: '0.169.0/fork-with-turn' };
const rejoined = { capture: 'rejoin-0.144.6', lifecycle: 'rejoin', sample: '0.144.6/two-turns' };
const other = '01a20417-0000-7000-8000-000000000000';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lies-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ofClient = (entries: Entry[]) => entries.filter(({ connection }) => connection === 'client');
const response = (entries: Entry[]) => ofClient(entries).findLast(({ message }) => message.result?.thread) as Entry;
const usage = (entries: Entry[]) =>
  ofClient(entries).findLast(({ message }) => message.method === 'thread/tokenUsage/updated') as Entry;
const request = (entries: Entry[]) =>
  ofClient(entries).findLast(({ message }) => message.params?.threadId && message.id);

/** Puts a copy of an entry, changed, behind it. */
function repeat(entries: Entry[], entry: Entry, change: (message: Entry['message']) => void): void {
  const copy = structuredClone(entry);
  change(copy.message);
  entries.splice(entries.indexOf(entry) + 1, 0, copy);
}

test.each<[string, typeof resumed, (entries: Entry[]) => void, string[]]>([
  ['nothing is changed', resumed, () => {}, []],
  [
    'the response and the usage are about another thread',
    resumed,
    (all) => {
      response(all).message.result.thread.id = other;
      usage(all).message.params.threadId = other;
    },
    ['usage-thread', 'protocol'],
  ],
  [
    'a fork keeps the id of its source',
    forked,
    (all) => {
      const source = request(all)?.message.params.threadId;
      for (const { message } of all.slice(all.indexOf(response(all)))) {
        if (message.result) message.result.thread.id = source;
        if (message.params?.thread) message.params.thread.id = source;
        if (message.params?.turnId) message.params.threadId = source;
      }
    },
    ['usage-thread', 'protocol'],
  ],
  [
    'the usage is a request',
    resumed,
    (all) => {
      usage(all).message.id = 7;
    },
    ['usage-present', 'protocol'],
  ],
  [
    'the usage is told of another thread as well',
    resumed,
    (all) =>
      repeat(all, usage(all), (message) => {
        message.params.threadId = other;
      }),
    ['usage-once'],
  ],
  [
    'a second usage with other numbers, and a turn that is not running',
    resumed,
    (all) => {
      response(all).message.result.thread.turns[1].status = 'inProgress';
      repeat(all, usage(all), (message) => {
        message.params.tokenUsage.total.totalTokens = 1;
      });
    },
    ['usage-once'],
  ],
  [
    'the response has no turns',
    resumed,
    (all) => {
      response(all).message.result.thread.turns = [];
    },
    ['usage-turn'],
  ],
  [
    'the turns are no list',
    resumed,
    (all) => {
      response(all).message.result.thread.turns = 'two';
    },
    ['usage-turn', 'protocol'],
  ],
  [
    'a turn has no id',
    resumed,
    (all) => {
      delete response(all).message.result.thread.turns[0].id;
    },
    ['usage-turn', 'protocol'],
  ],
  [
    'cache writes of a version that has none',
    rejoined,
    (all) => {
      usage(all).message.params.tokenUsage.total.cacheWriteInputTokens = 999;
    },
    ['usage-values'],
  ],
  [
    'a count is written as a float',
    resumed,
    (all) => {
      usage(all).message.params.tokenUsage.total.totalTokens = 'FLOAT';
    },
    ['protocol'],
  ],
  [
    'thread/started comes twice',
    forked,
    (all) =>
      repeat(
        all,
        all.findLast(
          ({ connection, message }) => connection === 'client' && message.method === 'thread/started',
        ) as Entry,
        () => {},
      ),
    ['fork-started-after-usage'],
  ],
  ['a second answer', resumed, (all) => repeat(all, response(all), () => {}), ['protocol']],
  [
    'a message that is none',
    resumed,
    (all) =>
      repeat(all, usage(all), (message) => {
        delete message.method;
      }),
    ['protocol'],
  ],
  [
    'a line that looks like a verdict',
    resumed,
    (all) => {
      repeat(all, usage(all), () => {});
      Object.assign(all[all.indexOf(usage(all))] ?? {}, { command: 'replay' });
    },
    ['usage-once'],
  ],
  [
    'the client is told while the observer is answered',
    rejoined,
    (all) => {
      const early = structuredClone(usage(all));
      all.splice(all.indexOf(request(all) as Entry), 0, early);
    },
    ['usage-targeted'],
  ],
])('%s', async (name, { capture, lifecycle, sample }, change, failing) => {
  const lines = (await readFile(`samples/captures/${capture}.ndjson`, 'utf8')).trim().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as Entry);
  change(entries);
  const file = join(folder, `${name.replace('/', '-')}.ndjson`);
  const text = entries.map((entry, i) => JSON.stringify({ ...entry, seq: i + 1 })).join('\n');
  await writeFile(file, text.replaceAll('"FLOAT"', '12299.0'));
  const { code, stdout } = await runCli([
    'replay',
    '--transcript',
    file,
    `--${lifecycle}`,
    `samples/${sample}.jsonl`,
    '--json',
  ]);
  const failed = JSON.parse(stdout).checks.filter(({ status }: { status: string }) => status === 'fail');
  expect(failed.map(({ id }: { id: string }) => id)).toEqual(failing);
  expect(code).toBe(failing.length === 0 ? 0 : 1);
});
