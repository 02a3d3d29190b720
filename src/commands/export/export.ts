import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ExportRow, exportRows } from '../../accounting/forest/export-rows.ts';
import { type ExitCode, exitCode } from '../../errors.ts';
import { writing } from '../../files/cannot-write.ts';
import { usageRows } from '../../files/kinds.ts';
import { writeOutput } from '../../files/output-file.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { ndjsonLines } from '../../report/json.ts';
import { grouped } from '../../report/numbers.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { readForest } from '../shared/read-forest.ts';
import { findForest } from '../shared/where.ts';

export interface ExportOptions {
  readonly last?: true;
  readonly codexHome?: string;
  readonly out: string;
}

/**
 * `export [where]`: a row for each response, in a file for each day. What has not changed is not written again, and rows
 * of rollouts that are gone stay.
 */
export async function exportUsage(where: string | undefined, options: ExportOptions, io: Io): Promise<ExitCode> {
  const { out, codexHome = defaultCodexHome(io.env) } = options;
  const { paths } = await findForest(where, options.last === true, codexHome, io);
  const { accounts, errors } = await readForest(paths, async () => {});
  for (const { oneLine } of errors) await io.err(stderrLine(oneLine));
  const present = new Set(accounts.map(({ rolloutId }) => rolloutId));
  let written = 0;
  let rows = 0;
  const line = await ndjsonLines();
  for (const [day, ofDay] of byDay(exportRows(accounts))) {
    rows += ofDay.length;
    const path = join(out, `day=${day}`, 'usage.ndjson');
    const before = await readFile(path, 'utf8').catch(() => '');
    const text = [...new Set([...keptLines(before, present), ...ofDay.map(line)])].join('');
    if (text === before) continue;
    await writing(path, () => mkdir(dirname(path), { recursive: true }));
    await writeOutput(path, usageRows, { inputs: paths, force: false }, text);
    written++;
  }
  await io.out(
    `${grouped(rows)} responses of ${grouped(accounts.length)} rollouts; ${grouped(written)} files written\n`,
  );
  return errors.length > 0 ? exitCode.cannot : exitCode.ok;
}

function byDay(rows: readonly ExportRow[]): ReadonlyMap<string, readonly ExportRow[]> {
  const days = new Map<string, ExportRow[]>();
  for (const row of rows) {
    const day = days.get(row.day);
    if (day) day.push(row);
    else days.set(row.day, [row]);
  }
  return days;
}

/** Lines of rollouts that are not here any more. */
function keptLines(text: string, present: ReadonlySet<string>): string[] {
  const lines = text.split(/(?<=\n)/).filter((line) => line.endsWith('\n'));
  return lines.filter((line) => {
    const [, rolloutId] = /"rolloutId":"([^"]+)"/.exec(line) ?? [];
    return rolloutId !== undefined && !present.has(rolloutId);
  });
}
