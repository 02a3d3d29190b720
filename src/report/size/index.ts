import type { RolloutSize, TotalSize } from '../../size/rollout-size.ts';
import { folded } from '../folded.ts';
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
  answer: SizeAnswer,
  format: OutputFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const { rollouts, total } = answer;
  if (format.kind === 'csv') {
    const { sizeCsvHeader, sizeCsvLines } = await import('./csv.ts');
    await write(sizeCsvHeader);
    for (const rollout of rollouts) await write(sizeCsvLines(rollout));
    return;
  }
  if (format.kind === 'json') return write(jsonText(sizeObject(answer)));
  if (format.kind !== 'text') return;
  const style = await createStyle(format.color);
  const [only] = rollouts;
  if (total)
    return write(folded((await import('./table.ts')).sizeTable(rollouts, total, style, format), format.columns));
  if (only) return write(folded((await import('./card.ts')).sizeCard(only, style, format), format.columns));
}

/** What `--json` prints. */
export function sizeObject({ rollouts, total, exitCode, errors }: SizeAnswer): object {
  const head = { command: 'size', version: 1, exitCode };
  return total ? { ...head, rollouts, total, errors } : { ...head, ...rollouts[0] };
}
