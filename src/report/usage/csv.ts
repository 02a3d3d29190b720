import { tokenUsageKeys } from '../../codex/records/token-count.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import { type CsvCell, csvLine } from '../csv.ts';

const columns: readonly (readonly [string, (usage: RestoredUsage) => CsvCell])[] = [
  ['path', ({ path }) => path],
  ['bytes', ({ bytes }) => bytes],
  ['threadId', ({ threadId }) => threadId],
  ['cliVersion', ({ cliVersion }) => cliVersion],
  ['historyMode', ({ historyMode }) => historyMode],
  ['forkedFromId', ({ forkedFromId }) => forkedFromId],
  ...tokenUsageKeys.map(
    (key) =>
      [`total.${key}`, ({ tokenUsageInfo }: RestoredUsage) => tokenUsageInfo?.total_token_usage[key] ?? null] as const,
  ),
  ...tokenUsageKeys.map(
    (key) =>
      [`last.${key}`, ({ tokenUsageInfo }: RestoredUsage) => tokenUsageInfo?.last_token_usage[key] ?? null] as const,
  ),
  ['model_context_window', ({ tokenUsageInfo }) => tokenUsageInfo?.model_context_window ?? null],
  ['contextLeftPercent', ({ contextLeftPercent }) => contextLeftPercent],
  ['restoredFrom.path', ({ restoredFrom }) => restoredFrom?.path ?? null],
  ['restoredFrom.byteOffset', ({ restoredFrom }) => restoredFrom?.byteOffset ?? null],
  ['restoredFrom.timestamp', ({ restoredFrom }) => restoredFrom?.timestamp ?? null],
  ['restoredFrom.inherited', ({ restoredFrom }) => restoredFrom?.inherited ?? null],
  ['reason', ({ reason }) => reason],
];

/** The header of `usageCsvLine`. */
export const usageCsvHeader: string = csvLine(columns.map(([name]) => name));

/** One rollout as a row. */
export function usageCsvLine(usage: RestoredUsage): string {
  return csvLine(columns.map(([, cell]) => cell(usage)));
}
