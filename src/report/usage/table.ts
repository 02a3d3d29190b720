import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import { type FittedColumn, fittedTable } from '../fitted-table.ts';
import { folded } from '../folded.ts';
import { grouped } from '../numbers.ts';
import { rolloutColumn } from '../rollout-column.ts';
import type { Place } from '../short-path.ts';
import type { Style } from '../style.ts';

/**
 * Several rollouts, a row each, and the plain sum of their totals. `width`: columns of the terminal; `place`: from where paths
 * are looked at.
 */
export function usageTable(usages: readonly RestoredUsage[], style: Style, width: number, place: Place | null): string {
  return `${fittedTable(columnsOf(usages, place), style, width)}\n${folded(plainSum(usages), width)}`;
}

function columnsOf(usages: readonly RestoredUsage[], place: Place | null): FittedColumn[] {
  const numbers = (title: string, leftOut: number, cell: (info: TokenUsageInfo) => bigint | null): FittedColumn => ({
    title,
    align: 'right',
    leftOut,
    cells: usages.map(({ tokenUsageInfo }) => {
      const count = tokenUsageInfo && cell(tokenUsageInfo);
      return count === null ? '' : grouped(count);
    }),
  });
  return [
    rolloutColumn(usages, place),
    numbers('last', 3, ({ last_token_usage }) => last_token_usage.total_tokens),
    numbers('total', 5, ({ total_token_usage }) => total_token_usage.total_tokens),
    numbers('window', 1, ({ model_context_window }) => model_context_window),
    { title: 'left', align: 'right', leftOut: 4, cells: usages.map(leftText) },
    { title: 'note', align: 'left', leftOut: 2, cells: usages.map(noteText) },
  ];
}

function leftText({ contextLeftPercent }: RestoredUsage): string {
  return contextLeftPercent === null ? '' : `${contextLeftPercent}%`;
}

function noteText({ tokenUsageInfo, reason, restoredFrom }: RestoredUsage): string {
  if (!tokenUsageInfo) return reason ?? '';
  return restoredFrom?.inherited ? 'inherited' : '';
}

function plainSum(usages: readonly RestoredUsage[]): string {
  const infos = usages
    .map(({ tokenUsageInfo }) => tokenUsageInfo)
    .filter((info): info is TokenUsageInfo => info !== null);
  const sum = infos.reduce((total, info) => total + info.total_token_usage.total_tokens, 0n);
  if (infos.length < 2)
    return `${infos.length} of ${grouped(usages.length)} rollouts ${infos.length === 1 ? 'has' : 'have'} usage\n`;
  return `plain sum of ${grouped(infos.length)} totals: ${grouped(sum)} tokens; forks repeat what they inherited\n`;
}
