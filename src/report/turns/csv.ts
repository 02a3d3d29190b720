import type { TurnWithUsage } from '../../accounting/thread-turns.ts';
import { tokenUsageKeys } from '../../codex/records/token-count.ts';
import { type CsvCell, csvLine } from '../csv.ts';

const columns: readonly (readonly [string, (turn: TurnWithUsage) => CsvCell])[] = [
  ['id', ({ id }) => id],
  ['explicit', ({ explicit }) => explicit],
  ['status', ({ status }) => status],
  ['startedAt', ({ startedAt }) => startedAt],
  ['completedAt', ({ completedAt }) => completedAt],
  ['durationMs', ({ durationMs }) => durationMs],
  ...tokenUsageKeys.map((key) => [`own.${key}`, ({ ownUsage }: TurnWithUsage) => ownUsage?.[key] ?? null] as const),
  ['contextTokens', ({ contextTokens }) => contextTokens],
  ['contextWindow', ({ contextWindow }) => contextWindow],
  ['compacted', ({ compacted }) => compacted],
  ['inherited', ({ inherited }) => inherited],
  ['ownsUsage', ({ ownsUsage }) => ownsUsage],
];

/** The lines: a header, and a row per turn. */
export function* turnsCsv(turns: Iterable<TurnWithUsage>): Generator<string> {
  yield csvLine(columns.map(([name]) => name));
  for (const turn of turns) yield csvLine(columns.map(([, cell]) => cell(turn)));
}
