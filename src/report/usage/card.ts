import type { TokenUsage, TokenUsageInfo } from '../../codex/records/token-count.ts';
import { isEstimate } from '../../usage/estimate.ts';
import type { ModelChange } from '../../usage/last-models.ts';
import { noticeKinds } from '../../usage/notice.ts';
import type { NoUsageReason, RestoredUsage } from '../../usage/restore-usage.ts';
import { escapeControls } from '../escape-controls.ts';
import { folded } from '../folded.ts';
import { identity, labelled } from '../labelled.ts';
import { grouped } from '../numbers.ts';
import { type Place, shortPath } from '../short-path.ts';
import type { Style } from '../style.ts';

const BAR = 30;
const estimateNote = "last is Codex's own estimate, as after a compaction: no response used it";

const rows: readonly (readonly [string, keyof TokenUsage])[] = [
  ['input', 'input_tokens'],
  ['  cached', 'cached_input_tokens'],
  ['  cache write', 'cache_write_input_tokens'],
  ['output', 'output_tokens'],
  ['  reasoning', 'reasoning_output_tokens'],
  ['total', 'total_tokens'],
];

const reasons: Record<NoUsageReason, string> = {
  'no-token-count': 'it has no token_count',
  'info-null-only': 'its token_count records carry rate limits only (info is null)',
  undecodable: 'Codex drops its token_count lines',
  unreadable: 'it cannot be told, since a part of the history cannot be read',
};

/**
 * One rollout's usage for people: whose it is, last and total usage, context left, and where the record stands, in at most
 * `columns` columns where words can be parted for that. `models`: whether turns used another model before; `place`: from where its
 * paths are looked at.
 */
export function usageCard(
  usage: RestoredUsage,
  models: ModelChange | null,
  style: Style,
  columns: number,
  place: Place | null,
): string {
  const lines = [
    labelled(
      'rollout',
      `${style.heading(escapeControls(shortPath(usage.path, place)))}  ${style.muted(`${grouped(usage.bytes)} bytes`)}`,
      style,
    ),
    labelled('thread', identity(usage, usage.notices), style),
    ...(usage.forkedFromId === null ? [] : [labelled('fork of', usage.forkedFromId, style)]),
    '',
    ...(usage.tokenUsageInfo ? counts(usage.tokenUsageInfo, style) : [labelled('usage', absence(usage), style)]),
  ];
  if (usage.tokenUsageInfo && usage.restoredFrom) {
    if (isEstimate(usage.tokenUsageInfo)) lines.push(style.muted(estimateNote));
    lines.push('', labelled('context', contextLeft(usage.tokenUsageInfo, usage.contextLeftPercent, style), style));
    lines.push(labelled('meter', meter(usage.tokenUsageInfo), style));
    if (models) lines.push(labelled('models', modelsText(models), style));
    lines.push(labelled('from', origin(usage.restoredFrom, usage.path, place), style));
  }
  return folded(lines.map((line) => `${line}\n`).join(''), columns);
}

function absence({ reason, notices }: RestoredUsage): string {
  const foreign = notices.find(({ id }) => id === 'not-a-rollout');
  if (foreign) return `none: ${escapeControls(foreign.message)}`;
  if (reason === 'unreadable' && !notices.some(({ id }) => noticeKinds[id] === 'partial'))
    return 'none: nothing in it is a record';
  return `none: ${reasons[reason ?? 'unreadable']}`;
}

function counts(info: TokenUsageInfo, style: Style): string[] {
  const cells = rows.map(
    ([, key]) => [grouped(info.last_token_usage[key]), grouped(info.total_token_usage[key])] as const,
  );
  const width = Math.max(12, ...cells.flat().map((cell) => cell.length + 2));
  const line = (label: string, last: string, total: string) =>
    `${label.padEnd(15)}${last.padStart(width)}${total.padStart(width)}`;
  return [
    style.muted(line('tokens', 'last', 'total')),
    ...rows.map(([label, key], i) => {
      const text = line(label, ...(cells[i] as readonly [string, string]));
      return key === 'total_tokens' ? style.heading(text) : text;
    }),
  ];
}

function contextLeft({ model_context_window: window }: TokenUsageInfo, percent: number | null, style: Style): string {
  if (window === null || percent === null) return 'the record names no context window';
  const left = Math.round((percent / 100) * BAR);
  const paint = percent > 30 ? style.good : percent > 10 ? style.warning : style.bad;
  return `${paint('█'.repeat(BAR - left))}${'░'.repeat(left)}  ${paint(`${percent}% left`)} of ${grouped(window)} tokens`;
}

/** Which of the numbers a client's meter shows: people take the total for it. */
function meter({ last_token_usage: last, model_context_window: window }: TokenUsageInfo): string {
  const share = window === null ? '' : ` of ${grouped(window)}`;
  return `shows last, ${grouped(last.total_tokens)}${share}: what fills the context; total is what was spent in all`;
}

/** The window is the last model's; the total was spent on both. */
function modelsText({ now, before }: ModelChange): string {
  const names = `${escapeControls(now)} last, ${escapeControls(before)} before`;
  return `${names}: the window is that of the last; what each spent says tree --by model`;
}

function origin(from: NonNullable<RestoredUsage['restoredFrom']>, path: string, seenFrom: Place | null): string {
  const place = `byte ${grouped(from.byteOffset)}, ${escapeControls(from.timestamp)}`;
  if (!from.inherited) return place;
  return from.path === path
    ? `${place}, inherited: copied from the parent`
    : `${place} of ${escapeControls(shortPath(from.path, seenFrom))}, inherited`;
}
