import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ExportRow, exportRows } from '../../accounting/forest/export-rows.ts';
import { type ExitCode, exitCode } from '../../errors.ts';
import { writing } from '../../files/cannot-write.ts';
import { usageParquet, usageRows } from '../../files/kinds.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { writeOutput } from '../../files/output-file.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { ndjsonRows } from '../../report/export/ndjson-rows.ts';
import { parquetRows } from '../../report/export/parquet-rows.ts';
import { counted } from '../../report/numbers.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { readForest } from '../shared/read-forest.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { findForest } from '../shared/where.ts';

export interface ExportOptions {
  readonly last?: true;
  readonly codexHome?: string;
  readonly out: string;
  readonly format: 'ndjson' | 'parquet';
}

/**
 * `export [where]`: a row for each response, in a file for each day. What has not changed is not written again, and rows
 * of rollouts that are gone stay.
 */
export async function exportUsage(where: string | undefined, options: ExportOptions, io: Io): Promise<ExitCode> {
  const { out, format, codexHome = defaultCodexHome(io.env) } = options;
  const { paths } = await findForest(where, options.last === true, codexHome, io);
  const { accounts, errors } = await readForest(paths, ReadingProgress.of(io));
  for (const { oneLine } of errors) await io.err(stderrLine(oneLine));
  const present = new Set(accounts.map(({ rolloutId }) => rolloutId));
  let written = 0;
  let rows = 0;
  const { file, kind, rowsText } = formatOf(format);
  for (const [day, ofDay] of byDay(exportRows(accounts))) {
    rows += ofDay.length;
    const path = join(out, `day=${day}`, file);
    const before = await readFile(path).catch(() => null);
    const text = await rowsText(before, (rolloutId) => !present.has(rolloutId), ofDay);
    if (before?.equals(text)) continue;
    await writing(path, () => makeFolder(dirname(path)));
    await writeOutput(path, kind, { inputs: paths, force: false }, text);
    written++;
  }
  await io.out(
    `${counted(rows, 'response')} of ${counted(accounts.length, 'rollout')}; ${counted(written, 'file')} written\n`,
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

/** What a file of one day is called, how it is known again, and how rows come into it. */
function formatOf(name: ExportOptions['format']) {
  if (name === 'ndjson') return { file: 'usage.ndjson', kind: usageRows, rowsText: ndjsonRows };
  return { file: 'usage.parquet', kind: usageParquet, rowsText: parquetRows };
}
