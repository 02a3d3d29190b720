import type { ThreadTurns, TurnWithUsage } from '../../accounting/thread-turns.ts';
import type { Notice } from '../../usage/notice.ts';
import { writeJsonWithList, writeNdjson } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';

/** The answer of `turns`, and what there is to say about it. */
export interface TurnsAnswer {
  readonly thread: ThreadTurns;
  readonly notices: readonly Notice[];
  readonly exitCode: number;
}

type Write = (text: string) => Promise<void>;

/** Writes the last `count` turns; totals are always those of all turns. */
export async function writeTurns(
  { thread, notices, exitCode }: TurnsAnswer,
  count: number,
  format: OutputFormat,
  write: Write,
): Promise<void> {
  const turns = thread.turns.last(count);
  switch (format.kind) {
    case 'ndjson':
      return writeNdjson(turns, write);
    case 'csv': {
      const { turnsCsv } = await import('./csv.ts');
      for (const line of turnsCsv(turns)) await write(line);
      return;
    }
    case 'json':
      return writeJsonWithList(turnsObject({ thread, notices, exitCode }, []), 'turns', turns, write);
    case 'text': {
      const { turnsCard } = await import('./card.ts');
      return write(turnsCard(thread, notices, count, await createStyle(format.color), format.columns, format.place));
    }
  }
}

/** What `--json` prints: the answer with only these turns, and how many there are. */
export function turnsObject({ thread, notices, exitCode }: TurnsAnswer, turns: readonly TurnWithUsage[]): object {
  const turnCount = thread.turns.length;
  return { command: 'turns', version: 1, exitCode, ...thread, turns, turnCount, notices };
}
