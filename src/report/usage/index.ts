import type { ModelChange } from '../../usage/last-models.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import { jsonText, writeNdjson } from '../json.ts';
import type { OutputFormat, TextFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';

/** What the JSON object says besides the rollouts. */
export interface UsageSummary {
  readonly exitCode: number;
  readonly errors: readonly { readonly message: string; readonly hint: string | null }[];
}

type Write = (text: string) => Promise<void>;
type ModelsOf = (usage: RestoredUsage) => Promise<ModelChange | null>;

/**
 * Writes the answers of `usage`: NDJSON and CSV as they come, JSON and text when all are there. `modelsOf`: whether turns of a
 * rollout used another model before, which is asked for a card.
 */
export async function writeUsage(
  usages: AsyncIterable<RestoredUsage>,
  format: OutputFormat,
  write: Write,
  summary: () => UsageSummary,
  modelsOf: ModelsOf,
): Promise<void> {
  if (format.kind === 'ndjson') return writeNdjson(usages, write);
  if (format.kind === 'csv') return writeCsv(usages, write);
  const rollouts: RestoredUsage[] = [];
  for await (const usage of usages) rollouts.push(usage);
  if (format.kind === 'text') return write(await text(rollouts, format, modelsOf));
  const { exitCode, errors } = summary();
  return write(jsonText({ command: 'usage', version: 1, exitCode, rollouts, errors }));
}

async function writeCsv(usages: AsyncIterable<RestoredUsage>, write: Write): Promise<void> {
  const { usageCsvHeader, usageCsvLine } = await import('./csv.ts');
  await write(usageCsvHeader);
  for await (const usage of usages) await write(usageCsvLine(usage));
}

/** A card for one rollout, a table for several. */
async function text(
  usages: readonly RestoredUsage[],
  { color, columns, place }: TextFormat,
  modelsOf: ModelsOf,
): Promise<string> {
  const style = await createStyle(color);
  const [only] = usages;
  if (!only) return '';
  if (usages.length === 1)
    return (await import('./card.ts')).usageCard(only, await modelsOf(only), style, columns, place);
  return (await import('./table.ts')).usageTable(usages, style, columns, place);
}
