import type { RolloutSize, TotalSize } from '../../size/rollout-size.ts';
import { jsonText } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';

/** The answer of `size`. */
export interface SizeAnswer {
  /** Largest first. */
  readonly rollouts: readonly RolloutSize[];
  /** Null when one rollout was asked for by its name. */
  readonly total: TotalSize | null;
  readonly exitCode: number;
  /** Why some could not be read. */
  readonly errors: readonly { readonly message: string; readonly hint: string | null }[];
}

/** Writes the answer: of one rollout its parts, of several a table and what they hold together. */
export async function writeSize(
  { rollouts, total, exitCode, errors }: SizeAnswer,
  format: OutputFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  if (format.kind === 'csv') {
    const { sizeCsvHeader, sizeCsvLines } = await import('./csv.ts');
    await write(sizeCsvHeader);
    for (const rollout of rollouts) await write(sizeCsvLines(rollout));
    return;
  }
  if (format.kind === 'json') {
    const head = { command: 'size', version: 1, exitCode };
    return write(jsonText(total ? { ...head, rollouts, total, errors } : { ...head, ...rollouts[0] }));
  }
  const style = await createStyle(format.kind === 'text' && format.color);
  const [only] = rollouts;
  if (total) return write((await import('./table.ts')).sizeTable(rollouts, total, style));
  if (only) return write((await import('./card.ts')).sizeCard(only, style));
}
