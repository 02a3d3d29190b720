import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Column, GAP, tableText, widestOf, widthAtMost } from '../table.ts';

const columns: readonly Column[] = [
  { title: 'rollout', align: 'left' },
  { title: 'last', align: 'right' },
  { title: 'total', align: 'right' },
  { title: 'window', align: 'right' },
  { title: 'left', align: 'right' },
  { title: 'note', align: 'left' },
];

const SHORTEST_PATH = 12;

/** Several rollouts, a row each, and the plain sum of their totals. `width`: columns of the terminal. */
export function usageTable(usages: readonly RestoredUsage[], style: Style, width: number): string {
  const numbers = usages.map(numbersOf);
  const widths = columns.slice(1).map(({ title }, i) => widestOf([title, ...numbers.map((row) => row[i] as string)]));
  const room = Math.max(SHORTEST_PATH, width - widths.reduce((sum, each) => sum + GAP + each, 0));
  const rows = usages.map((usage, i) => [shortened(escapeControls(usage.path), room), ...(numbers[i] as string[])]);
  const [heading = '', ...lines] = tableText(columns, rows).split('\n');
  return `${style.muted(heading)}\n${lines.join('\n')}\n${plainSum(usages)}`;
}

function numbersOf({ tokenUsageInfo, contextLeftPercent, reason, restoredFrom }: RestoredUsage): string[] {
  if (!tokenUsageInfo) return ['', '', '', '', reason ?? ''];
  return [
    grouped(tokenUsageInfo.last_token_usage.total_tokens),
    grouped(tokenUsageInfo.total_token_usage.total_tokens),
    tokenUsageInfo.model_context_window === null ? '' : grouped(tokenUsageInfo.model_context_window),
    contextLeftPercent === null ? '' : `${contextLeftPercent}%`,
    restoredFrom?.inherited ? 'inherited' : '',
  ];
}

/** The end of a path says more than its start. */
function shortened(path: string, room: number): string {
  if (widthAtMost(path) <= room) return path;
  const characters = [...path];
  while (widthAtMost(characters.join('')) > room - 2) characters.shift();
  return `…${characters.join('')}`;
}

function plainSum(usages: readonly RestoredUsage[]): string {
  const infos = usages
    .map(({ tokenUsageInfo }) => tokenUsageInfo)
    .filter((info): info is TokenUsageInfo => info !== null);
  const sum = infos.reduce((total, info) => total + info.total_token_usage.total_tokens, 0n);
  return `plain sum of ${infos.length} totals: ${grouped(sum)} tokens; forks repeat what they inherited\n`;
}
