import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watch } from '../../src/commands/tap/watch.ts';
import { type Io, OutputFailed } from '../../src/io.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const header = { transcript: 1, server: '0.169.0', startedAt: '2026-01-02T03:04:05.000Z', redacted: false, missing: 0 };
const place = (seq: number, atMs: number, connection: string, direction: string) => ({
  seq,
  atMs,
  connection,
  direction,
});
const lines = [
  header,
  { ...place(1, 0, 'c1', 'sent'), message: { id: 1, method: 'thread/list', params: {} } },
  { ...place(2, 5, 'c2', 'sent'), message: { id: 1, method: 'thread/resume', params: {} } },
  { ...place(3, 10, 'c1', 'received'), message: { id: 1, error: { code: -1, message: 'no' } } },
  { ...place(4, 2_000, 'c2', 'received'), message: { id: 1, result: {} } },
  { of: 2, expected: {} },
  { ...place(5, 2_001, 'c2', 'received'), message: { method: 'turn/started', params: {} } },
  { ...place(6, 2_002, 'c1', 'received'), text: 'garbage' },
  { ...place(7, 2_003, 'c1', 'stderr'), text: 'a warning' },
  { ...place(8, 2_004, 'c2', 'sent'), message: { id: 2, method: 'turn/start', params: {} } },
];

/** Which of the messages are shown, by their times. */
async function shown(...args: string[]): Promise<number[]> {
  const file = join(temporaryFolder(), 'capture.ndjson');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { code, stdout, stderr } = await runCli(['tap', 'watch', file, ...args]);
  expect([code, stderr]).toEqual([0, '']);
  const times = [...stdout.matchAll(/^03:04:0(\d)\.(\d{3}) /gm)].map(
    ([, s, ms]) => (Number(s) - 5) * 1_000 + Number(ms),
  );
  return times
    .map((time) => lines.findIndex((line) => 'atMs' in line && line.atMs === time))
    .map((at) => (lines[at] as { seq: number }).seq);
}

test.each<[string[], number[]]>([
  [[], [1, 2, 3, 4, 5, 6, 7, 8]],
  [['method:thread/'], [1, 2, 3, 4]],
  [
    ['method:thread/', 'conn:c1'],
    [1, 3],
  ],
  [['dir:stderr'], [7]],
  [['kind:unreadable'], [6]],
  [['kind:request'], [1, 2, 8]],
  [['status:error'], [1, 3]],
  [['status:late'], [2, 4]],
  [['status:pending'], [8]],
  [['id:2'], [8]],
])('%j', async (filters, seqs) => {
  expect(await shown(...filters)).toEqual(seqs);
});

test('a filter that is none, and a file that is no transcript', async () => {
  const file = join(temporaryFolder(), 'x');
  writeFileSync(file, 'no json\n');
  expect((await runCli(['tap', 'watch', file, 'colour:red'])).stderr).toContain('no filter: colour:red');
  expect(await runCli(['tap', 'watch', file])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is no transcript'),
  });
});

test('a transcript that takes the place of the one that is followed is followed as well', async () => {
  const file = join(temporaryFolder(), 'capture.ndjson');
  const write = (name: string, lines: readonly object[]) =>
    writeFileSync(name, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const other = { ...header, startedAt: '2026-01-02T05:00:00.000Z' };
  const shown: string[] = [];
  const io = {
    out: async (text: string) => {
      shown.push(text.slice(0, 12));
      // As tap does when it is started again: the file gets its new name at once.
      if (shown.length === 1) {
        write(`${file}.new`, [other, { ...place(1, 7, 'c1', 'sent'), message: { id: 1, method: 'thread/list' } }]);
        renameSync(`${file}.new`, file);
      } else throw new OutputFailed('EPIPE');
    },
  };
  write(file, lines.slice(0, 2));
  await expect(watch(file, [], { follow: true }, io as Io)).rejects.toThrow(OutputFailed);
  expect(shown).toEqual(['03:04:05.000', '05:00:00.007']);
});
