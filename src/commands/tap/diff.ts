import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { differences } from '../../report/tap/difference.ts';
import { transcriptAt } from '../shared/transcript-file.ts';

export interface DiffOptions {
  readonly exitCode?: true;
}

/** Of messages in each transcript: aligning takes the product of both. */
const MOST = 5_000;
const signs = { 'only in the first': '-', 'only in the second': '+', changed: '~' } as const;

/** `tap diff`: what one transcript has and another has not, apart from ids and times. */
export async function diff(one: string, other: string, options: DiffOptions, io: Io): Promise<ExitCode> {
  const [first, second] = [await transcriptAt(one), await transcriptAt(other)];
  if (first.entries.length * second.entries.length > MOST ** 2) {
    throw new UserError(`these transcripts are too long to be compared: more than ${MOST} messages each`, {
      hint: 'compare their beginnings: head -n',
    });
  }
  const found = differences(first.entries, second.entries);
  for (const { what, line } of found) await io.out(`${signs[what]} ${line}\n`);
  return options.exitCode && found.length > 0 ? exitCode.failed : exitCode.ok;
}
