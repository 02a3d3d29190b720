/**
 * Measures whole processes of the built command line on big, odd and many rollouts, and at start-up. The rollouts are
 * made on the fly and removed at the end. Prints a table per case; wrong answers, not slow ones, are a failure.
 *
 * What a run read is all that its process read, less what the same command reads for a rollout of a few lines. The
 * rollouts have just been written, so they mostly come from the page cache, not from the disk.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { makeRollout, type RolloutShape, uuid } from './make-rollout.ts';
import { areInstalled, type Measurement, Meter } from './measure.ts';

const MB = 1e6;
const KB = 1e3;
const MAX_READ_MB = 2;
const MAX_RSS_MB = 90;
const MAX_STARTUP_RATIO = 1.5;

const root = join(import.meta.dirname, '..');
const cli = join(root, 'bin', 'rollout-inspect.js');
const sampleFolder = join(root, 'samples', '0.169.0');
const sample = join(sampleFolder, 'two-turns.jsonl');

/** What somebody would write to get the usage without this tool. */
const READLINE_LOOP = `
let last;
require('node:readline')
  .createInterface({ input: require('node:fs').createReadStream(process.argv[1]) })
  .on('line', (line) => {
    const { payload } = JSON.parse(line);
    if (payload?.type === 'token_count' && payload.info) last = payload.info;
  })
  .on('close', () => last && console.log(JSON.stringify(last)));`;

interface Target {
  readonly text: string;
  readonly isMet: boolean;
}

/** One measured command. `isRight`: whether its answer is. */
interface Row {
  readonly name: string;
  readonly measured: Measurement;
  readonly isRight: boolean;
  readonly targets?: readonly Target[];
}

/** The parts that are read of the JSON that `usage` prints. */
interface UsageAnswer {
  readonly rollouts: readonly {
    readonly tokenUsageInfo: TotalInfo | null;
    readonly reason: string | null;
  }[];
}

interface TotalInfo {
  readonly total_token_usage: { readonly total_tokens: number };
}

const { values: flags } = parseArgs({
  options: {
    'large-mb': { type: 'string', default: '1000' },
    'open-turn-kb': { type: 'string', default: '100' },
    'line-mb': { type: 'string', default: '500' },
    'compare-mb': { type: 'string', default: '100' },
    rollouts: { type: 'string', default: '2000' },
    'rollout-kb': { type: 'string', default: '200' },
    runs: { type: 'string', default: '20' },
  },
});
const largeBytes = size('large-mb') * MB;
const openTurnBytes = size('open-turn-kb') * KB;
const lineBytes = size('line-mb') * MB;
const compareBytes = size('compare-mb') * MB;
const rollouts = size('rollouts');
const rolloutBytes = size('rollout-kb') * KB;
const runs = size('runs');

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort(new Error(signal)));
const folder = await mkdtemp(join(tmpdir(), 'rollout-inspect-bench-'));
const meter = new Meter(folder, stopped.signal);
let wrongAnswers = 0;
let ownReadBytes = 0;

try {
  await all();
  process.exitCode = wrongAnswers > 0 ? 1 : 0;
} catch (error) {
  if (!stopped.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function all(): Promise<void> {
  const [cpu] = cpus();
  print(
    `node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpu?.model ?? 'unknown CPU'}`,
  );
  print(`${Math.round(totalmem() / 1e9)} GB of memory; 1 MB is 1,000,000 bytes; CPU is user + system`);
  await make('small.jsonl', { bytes: 1, hasUsage: true });
  ownReadBytes = (await usage(['small.jsonl', '--json'])).readBytes ?? 0;

  await usageNearTheEnd();
  await longLastLine();
  await noUsage();
  await manyRollouts();
  await startUp();
  print(wrongAnswers === 0 ? '\nall answers are right' : `\nwrong answers: ${wrongAnswers}`);
}

/** The usual case: the cost must not depend on the size of the rollout. */
async function usageNearTheEnd(): Promise<void> {
  const shape = { bytes: largeBytes, hasUsage: true, openTurnBytes };
  const total = await make('large.jsonl', shape);
  const fromFile = await answered('large.jsonl', total);
  const fromInput = await answered('-', total, 'large.jsonl');
  const targets = [
    ...atMost(readMb(fromFile.measured), MAX_READ_MB, ' MB read'),
    ...atMost(rssMb(fromFile.measured), MAX_RSS_MB, ' MB RSS'),
  ];
  const title = `${mb(largeBytes)}, the last token_count ${openTurnBytes / KB} KB before the end`;
  report(title, [{ ...fromFile, targets }, fromInput]);
  await sideBySide(title, 'large.jsonl', total, shape);
}

/** Everything behind the last token_count is one line, which need not be held in memory. */
async function longLastLine(): Promise<void> {
  const bytes = lineBytes + 10 * MB;
  const total = await make('image.jsonl', { bytes, hasUsage: true, lastLineBytes: lineBytes });
  const title = `${mb(bytes)}, of which the last line, an image, has ${mb(lineBytes)}`;
  report(title, [await answered('image.jsonl', total), await answered('-', total, 'image.jsonl')]);
  await rm(join(folder, 'image.jsonl'));
}

/** The worst case: every byte has to be read. */
async function noUsage(): Promise<void> {
  const shape = { bytes: largeBytes, hasUsage: false };
  const total = await make('large.jsonl', shape);
  const title = `${mb(largeBytes)} without a token_count`;
  report(title, [await answered('large.jsonl', total), await answered('-', total, 'large.jsonl')]);
  await sideBySide(title, 'large.jsonl', total, shape);
}

/** A folder of sessions, as a Codex home has it. */
async function manyRollouts(): Promise<void> {
  const totals = new Map<string, number | null>();
  for (let i = 0; i < rollouts; i++) {
    const day = new Date(Date.UTC(2026, 0, 1 + (i % 60), 8, 0, i)).toISOString();
    const path = `sessions/${day.slice(0, 10).replaceAll('-', '/')}`;
    await mkdir(join(folder, path), { recursive: true });
    const file = `${path}/rollout-${day.slice(0, 19).replaceAll(':', '-')}-${uuid(i)}.jsonl`;
    totals.set(file, await make(file, { bytes: rolloutBytes, hasUsage: true, threadId: uuid(i), seed: i }));
  }
  const first = await usage(['sessions', '--csv']);
  const second = await usage(['sessions', '--csv']);
  report(`${rollouts} rollouts of ${rolloutBytes / KB} KB`, [
    { name: 'usage sessions --csv', measured: first, isRight: hasTotals(first, totals) },
    { name: 'the same again: same output', measured: second, isRight: second.stdout === first.stdout },
  ]);
  await rm(join(folder, 'sessions'), { recursive: true });
}

/** What it costs to start, measured in turns with a Node that does nothing. */
async function startUp(): Promise<void> {
  const total = lastTotalOf(await readFile(sample, 'utf8'));
  const digits = total.replace(/\B(?=(?:\d{3})+$)/g, ',');
  const commands: readonly (readonly [name: string, args: readonly string[], holds: string])[] = [
    ['node -e 0', ['-e', '0'], ''],
    ['usage FILE', [cli, 'usage', sample], digits],
    ['usage FILE --json', [cli, 'usage', sample, '--json'], `"total_tokens": ${total}`],
    ['--version', [cli, '--version'], packageJson.version],
    ['usage DIRECTORY', [cli, 'usage', sampleFolder], digits],
  ];
  const measured = commands.map((): Measurement[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [i, [, args]] of commands.entries()) measured[i]?.push(await meter.node(args));
  }
  const medians = measured.map((all) => ({
    wall: median(all.map(({ wallMs }) => wallMs)),
    cpu: median(all.map(({ cpuMs }) => cpuMs ?? Number.NaN)),
    rss: median(all.map(({ peakBytes }) => (peakBytes ?? Number.NaN) / MB)),
  }));
  const rows = commands.map(([name, , holds], i) => {
    const { wall, cpu, rss } = medians[i] as (typeof medians)[number];
    const ratio = cpu / (medians[0]?.cpu ?? Number.NaN);
    const isRight = (measured[i] ?? []).every(({ stdout }) => stdout.includes(holds));
    const limits = name === 'usage FILE' ? atMost(ratio, MAX_STARTUP_RATIO, '') : [];
    return [name, wall.toFixed(1), cpu.toFixed(1), ratio.toFixed(2), rss.toFixed(1), ...verdict(isRight, limits)];
  });
  print(`\nStart-up: medians of ${runs} runs, in turns`);
  table([['command', 'wall ms', 'CPU ms', 'ratio', 'peak RSS MB', 'answer', 'target'], ...rows]);
}

/**
 * Other ways to the same answer, beside ours. Those that read all of it in any case get a smaller rollout of the
 * same shape. Removes the large one.
 */
async function sideBySide(title: string, large: string, total: number | null, shape: RolloutShape): Promise<void> {
  const rows = [await answered(large, total), ...(await tac(large, total))];
  await rm(join(folder, large));
  const compareTotal = await make('compare.jsonl', { ...shape, bytes: compareBytes });
  rows.push(await answered('compare.jsonl', compareTotal));
  rows.push(...(await tac('compare.jsonl', compareTotal)), ...(await jq('compare.jsonl', compareTotal)));
  const loop = await meter.node(['-e', READLINE_LOOP, 'compare.jsonl']);
  const measured = { ...loop, readBytes: null };
  rows.push({ name: 'readline + JSON.parse compare.jsonl', measured, isRight: says(loop, compareTotal) });
  await rm(join(folder, 'compare.jsonl'));
  report(`Side by side: ${title} (compare.jsonl: the same with ${mb(compareBytes)})`, rows);
}

async function tac(file: string, total: number | null): Promise<Row[]> {
  return pipeline(`tac ${file} | grep -m1 token_count`, ['tac', 'grep'], total);
}

async function jq(file: string, total: number | null): Promise<Row[]> {
  const filter = 'select(.payload.type? == "token_count") | .payload.info | values';
  return pipeline(
    `jq -c '${filter}' ${file} | tail -n1`,
    ['jq', 'tail'],
    total,
    `jq -c 'select(...)' ${file} | tail -n1`,
  );
}

/** Measures a pipeline, if its tools are there. */
async function pipeline(text: string, tools: readonly string[], total: number | null, name = text): Promise<Row[]> {
  if (!areInstalled(['bash', ...tools])) {
    print(`\nskipped, not all of it is installed: ${name}`);
    return [];
  }
  const measured = await meter.shell(text);
  return [{ name, measured, isRight: says(measured, total) }];
}

function make(name: string, shape: RolloutShape): Promise<number | null> {
  return makeRollout(join(folder, name), shape, stopped.signal);
}

function usage(args: readonly string[], input?: string): Promise<Measurement> {
  return meter.node([cli, 'usage', ...args], input);
}

/** Runs `usage` on one rollout and checks the answer. */
async function answered(rollout: string, total: number | null, input?: string): Promise<Row> {
  const measured = await usage([rollout, '--json'], input);
  const from = input === undefined ? '' : ` < ${input}`;
  return { name: `usage ${rollout} --json${from}`, measured, isRight: isAnswer(measured, total) };
}

function isAnswer({ stdout, code }: Measurement, total: number | null): boolean {
  const [answer] = (parsed(stdout) as UsageAnswer | undefined)?.rollouts ?? [];
  if (total === null) return code === 1 && answer?.tokenUsageInfo === null && answer.reason === 'no-token-count';
  return code === 0 && answer?.tokenUsageInfo?.total_token_usage.total_tokens === total;
}

/** Whether a pipeline has printed this total: a `token_count` line or its `info`; nothing when there is none. */
function says({ stdout }: Measurement, total: number | null): boolean {
  if (total === null) return stdout.trim() === '';
  const found = parsed(stdout) as (TotalInfo & { payload?: { info: TotalInfo } }) | undefined;
  return (found?.payload?.info ?? found)?.total_token_usage.total_tokens === total;
}

/** The JSON of what was printed; undefined when it is none, as after a failure. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a CSV has one row, with the right total, for each rollout. */
function hasTotals({ stdout, code }: Measurement, totals: ReadonlyMap<string, number | null>): boolean {
  const [header = [], ...rows] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const column = header.indexOf('total.total_tokens');
  const isRight = ([path = '', ...cells]: string[]) =>
    cells[column - 1] === String(totals.get(path.replaceAll('\\', '/')));
  return code === 0 && rows.length === totals.size && rows.every(isRight);
}

/** The last total of a small rollout, the plain way. */
function lastTotalOf(rollout: string): string {
  const total = /.*"total_token_usage":\{[^}]*"total_tokens":(\d+)/s.exec(rollout)?.[1];
  if (total === undefined) throw new Error('the sample has no usage');
  return total;
}

function size(name: keyof typeof flags): number {
  const value = Number(flags[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1`);
  return value;
}

/** A target, if there is a value to hold against it. */
function atMost(value: number, limit: number, unit: string): Target[] {
  return Number.isNaN(value) ? [] : [{ text: `<= ${limit}${unit}`, isMet: value <= limit }];
}

/** How right the answer is, and which targets are met. Counts wrong answers. */
function verdict(isRight: boolean, targets: readonly Target[] = []): [answer: string, targets: string] {
  if (!isRight) wrongAnswers++;
  return [isRight ? 'ok' : 'WRONG', targets.map(({ text, isMet }) => `${text} ${isMet ? 'PASS' : 'MISS'}`).join(', ')];
}

function report(title: string, rows: readonly Row[]): void {
  print(`\n${title}`);
  const cells = rows.map(({ name, measured, isRight, targets }) => [
    name,
    measured.wallMs.toFixed(0),
    shown(measured.cpuMs ?? Number.NaN, 0),
    shown(rssMb(measured), 1),
    shown(readMb(measured), 2),
    ...verdict(isRight, targets),
  ]);
  table([['command', 'wall ms', 'CPU ms', 'peak RSS MB', 'read MB', 'answer', 'target'], ...cells]);
}

function rssMb({ peakBytes }: Measurement): number {
  return (peakBytes ?? Number.NaN) / MB;
}

function readMb({ readBytes }: Measurement): number {
  return ((readBytes ?? Number.NaN) - ownReadBytes) / MB;
}

function shown(value: number, decimals: number): string {
  return Number.isNaN(value) ? '-' : value.toFixed(decimals);
}

function mb(bytes: number): string {
  return `${bytes / MB} MB`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Prints rows in aligned columns: the first, and the words at the end, to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      const width = widths[i] ?? 0;
      return i === 0 || i >= row.length - 2 ? cell.padEnd(width) : cell.padStart(width);
    });
    print(`  ${cells.join('  ').trimEnd()}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
