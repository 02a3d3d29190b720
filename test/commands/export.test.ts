import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { forestBelow, keptForests, ledgerLines, ledgerOf, usageLine, writtenDown } from '../support/forests.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

type Row = Readonly<Record<string, string | number | boolean | null>>;

const home = (name: string) => `test/forests/${name}/home`;
/** Of a paginated parent that is gone nothing but a total is left: no row tells of it. */
const told = keptForests.filter((name) => name !== 'deleted-parent-0.169.0');

async function exported(from: string, to: string): Promise<string> {
  const { code, stdout, stderr } = await runCli(['export', from, '--out', to]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile());
}

/** What docs/fleet.md says that a database does: of the rows of one response the first counts. */
function spent(folder: string): Row[] {
  const rows = filesBelow(folder).flatMap((path) => readFileSync(path, 'utf8').trimEnd().split('\n'));
  const order = (row: Row) => [Number(row.copied), Number(row.total_tokens)];
  const sorted = rows
    .map((row) => JSON.parse(row) as Row)
    .sort((a, b) => (order(a)[0] ?? 0) - (order(b)[0] ?? 0) || (order(a)[1] ?? 0) - (order(b)[1] ?? 0));
  const first = new Map<string, Row>();
  for (const row of sorted) {
    const key = `${row.threadId ?? row.rolloutId} ${row.response}`;
    if (!first.has(key)) first.set(key, row);
  }
  return [...first.values()];
}

const linesBelow = (folder: string) =>
  filesBelow(folder).reduce((sum, path) => sum + readFileSync(path, 'utf8').split('\n').length - 1, 0);

const totalOf = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + Number(row.total_tokens), 0);

test.each(told)('%s: its rows add up to what tree says', async (name) => {
  const out = temporaryFolder();
  await exported(home(name), out);
  expect(BigInt(totalOf(spent(out)))).toBe((await forestBelow(home(name))).total.total_tokens);
});

test('rows of homes that overlap go together, each response once', async () => {
  const [out, other] = [temporaryFolder(), temporaryFolder()];
  cpSync(home('deep-0.144.6'), other, { recursive: true });
  const [root = ''] = filesBelow(other).sort();
  rmSync(root);
  cpSync(home('twins-0.169.0'), other, { recursive: true });
  await exported(home('deep-0.144.6'), join(out, 'one'));
  await exported(other, join(out, 'two'));
  const [deep, twins] = [await forestBelow(home('deep-0.144.6')), await forestBelow(home('twins-0.169.0'))];
  expect(BigInt(totalOf(spent(out)))).toBe(deep.total.total_tokens + twins.total.total_tokens);
});

test('an unchanged home is not written again, and rows of a rollout that is gone stay', async () => {
  const [from, out] = [temporaryFolder(), temporaryFolder()];
  cpSync(home('cache-writes-0.169.0'), from, { recursive: true });
  expect(await exported(from, out)).toBe('3 responses of 2 rollouts; 1 file written\n');
  const before = spent(out);
  expect(await exported(from, out)).toBe('3 responses of 2 rollouts; 0 files written\n');
  rmSync(filesBelow(from)[0] ?? '');
  await exported(from, out);
  expect(spent(out)).toHaveLength(before.length);
  expect(totalOf(spent(out))).toBe(totalOf(before));
});

test('as Parquet it is the same rows, written again only when there is something new', async () => {
  const [from, out, plain] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
  cpSync(home('deep-0.144.6'), from, { recursive: true });
  const run = () => runCli(['export', from, '--out', out, '--format', 'parquet']);
  const rows = async () => {
    const files = filesBelow(out).sort();
    const read = files.map((path) => parquetReadObjects({ file: new Uint8Array(readFileSync(path)).buffer }));
    return (await Promise.all(read))
      .flat()
      .map((row) => JSON.stringify(row, (_, cell) => (typeof cell === 'bigint' ? Number(cell) : cell)));
  };
  await exported(from, plain);
  expect((await run()).stdout).toMatch(/ 1 file written\n$/);
  const lines = readFileSync(filesBelow(plain)[0] ?? '', 'utf8')
    .trimEnd()
    .split('\n');
  expect(await rows()).toEqual(lines);
  expect((await run()).stdout).toMatch(/ 0 files written\n$/);
  rmSync(filesBelow(from).sort().at(-1) ?? '');
  expect((await run()).stdout).toMatch(/ 1 file written\n$/);
  expect((await rows()).toSorted()).toEqual(lines.toSorted());
  writeFileSync(filesBelow(out)[0] ?? '', 'PAR1 mine PAR1');
  expect((await run()).code).toBe(2);
});

test('a file that it did not write stays', async () => {
  const out = temporaryFolder();
  await exported(home('twins-0.169.0'), out);
  const [path = ''] = filesBelow(out);
  writeFileSync(path, 'mine\n');
  const { code, stderr } = await runCli(['export', home('twins-0.169.0'), '--out', out]);
  expect(code).toBe(2);
  expect(stderr).toContain('it is not an export that rollout-inspect wrote');
  expect(readFileSync(path, 'utf8')).toBe('mine\n');
});

/** DuckDB takes 70 MB: `ROLLOUT_INSPECT_DUCKDB` names a folder in which `@duckdb/node-api` is installed, as in CI. */
const duckdb = process.env.ROLLOUT_INSPECT_DUCKDB;

describe.skipIf(duckdb === undefined)('the queries of docs/fleet.md in DuckDB', () => {
  test.each(told)('%s', async (name) => {
    const { createRequire } = await import('node:module');
    const { DuckDBInstance } = createRequire(join(duckdb ?? '', 'package.json'))('@duckdb/node-api');
    const [out, other] = [temporaryFolder(), temporaryFolder()];
    await exported(home(name), join(out, 'one'));
    cpSync(home(name), other, { recursive: true });
    rmSync(filesBelow(other).sort()[0] ?? '');
    await exported(other, join(out, 'two'));
    const page = readFileSync('docs/fleet.md', 'utf8');
    const [view = '', byDayAndModel = ''] = [...page.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(
      ([, sql]) => sql ?? '',
    );
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(view.replace("'usage/", `'${out}/`));
    await connection.run(byDayAndModel);
    const keys = [
      'input_tokens',
      'cached_input_tokens',
      'cache_write_input_tokens',
      'output_tokens',
      'reasoning_output_tokens',
      'total_tokens',
    ];
    const sums = await connection.runAndReadAll(
      `SELECT ${keys.map((key) => `sum(${key})::BIGINT AS ${key}`).join()} FROM spent`,
    );
    const [total] = sums.getRowObjects();
    expect(usageLine(total)).toBe(usageLine((await forestBelow(home(name))).total));
    await runCli(['export', home(name), '--out', join(out, 'three'), '--format', 'parquet']);
    const parquet = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS n FROM read_parquet('${out}/three/day=*/*.parquet', hive_partitioning = false)`,
    );
    expect(parquet.getRowObjects()).toEqual([{ n: linesBelow(join(out, 'one')) }]);
    const ledger = writtenDown(/[\d.]+$/.exec(name)?.[0] ?? '', ledgerOf(`test/forests/${name}`));
    expect(usageLine(total)).toBe(ledgerLines(ledger, () => 'total').total);
  });
});

test.skipIf(!existsSync('/proc/self'))('a folder that the system does not make ends the command', async () => {
  const { code, stderr } = await runCli(['export', home('archive-0.169.0'), '--out', '/proc/x']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^rollout-inspect: cannot write \/proc\/x\/day=[^/]+\/usage\.ndjson: ENOENT/);
});
