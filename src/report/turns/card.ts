import type { ThreadTurns, TurnWithUsage } from '../../accounting/thread-turns.ts';
import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { Notice } from '../../usage/notice.ts';
import { escapeControls } from '../escape-controls.ts';
import { folded } from '../folded.ts';
import { identity, labelled } from '../labelled.ts';
import { grouped } from '../numbers.ts';
import { type Place, shortPath } from '../short-path.ts';
import type { Style } from '../style.ts';
import { turnMarks, turnsTable } from './table.ts';

/**
 * A thread's turns for people: whose they are, a table of the last `count`, and where the tokens went.
 * @param notices what was said about the rollout besides
 * @param width columns of the terminal
 * @param place from where its path is looked at
 */
export function turnsCard(
  thread: ThreadTurns,
  notices: readonly Notice[],
  count: number,
  style: Style,
  width: number,
  place: Place | null,
): string {
  const shown = [...thread.turns.last(count)];
  const head = [
    labelled('rollout', style.heading(escapeControls(shortPath(thread.path, place))), style),
    labelled('thread', identity(thread, notices), style),
    ...(thread.forkedFromId === null ? [] : [labelled('fork of', thread.forkedFromId, style)]),
  ];
  const table = shown.length > 0 ? turnsTable(shown, style, width) : 'no turns\n';
  return `${folded(lines(head), width)}\n${table}\n${folded(lines(foot(thread, shown, style)), width)}`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function foot(thread: ThreadTurns, shown: readonly TurnWithUsage[], style: Style): string[] {
  const { turns } = thread;
  const isPart = shown.length < turns.length;
  const used = turnMarks.filter(({ holds }) => shown.some(holds));
  return [
    ...(isPart ? [`the last ${grouped(shown.length)} of ${grouped(turns.length)} turns; --all shows them all`] : []),
    ...totalsText(thread, style),
    ...(used.length > 0 ? [style.muted(used.map(({ mark, meaning }) => `${mark}: ${meaning}`).join(', '))] : []),
    ...ownerText(thread, shown).map((line) => style.muted(line)),
  ];
}

/** Where the tokens of a thread went, a line each. */
export function totalsText(thread: ThreadTurns, style: Style): string[] {
  const { last } = thread.total;
  return last ? sums(thread, last, style) : ['no usage'];
}

/** Where the tokens went, and whether that makes up the thread's last total. */
function sums({ turns, total, resumeError }: ThreadTurns, last: TokenUsage, style: Style): string[] {
  let used = 0;
  for (const { ownUsage } of turns) if (ownUsage) used++;
  const own = total.ownUsage.total_tokens;
  const inherited = total.inherited.total_tokens;
  const besides = total.rolledBack.total_tokens + total.inNoTurn.total_tokens;
  const comparison =
    last.total_tokens !== own + besides
      ? `not the sum${total.counterResets > 0 ? `: the counter was set anew ${counted(total.counterResets, 'time')}` : ''}`
      : besides === 0n
        ? 'the same'
        : 'the sum of these';
  const share = inherited === 0n ? '' : `, ${grouped(inherited)} of them inherited`;
  return [
    ...(used > 0 ? [`own usage of ${counted(used, 'turn')}: ${style.heading(tokens(own))}${share}`] : []),
    ...some('rolled back', total.rolledBack.total_tokens),
    ...some('in no turn', total.inNoTurn.total_tokens),
    `${resumeError ? 'last' : 'restored'} total: ${tokens(last.total_tokens)}, ${comparison}`,
  ];
}

function some(label: string, count: bigint): string[] {
  return count === 0n ? [] : [`${label}: ${tokens(count)}`];
}

/** What the marks of the `shown` turns cannot say of the turn that the restored usage is attributed to. */
export function ownerText(
  { usageOwner, usageStandsIn, sentOnResume }: ThreadTurns,
  shown: readonly TurnWithUsage[],
): string[] {
  if (usageOwner === null) return [];
  const record = usageStandsIn ? `turn ${escapeControls(usageStandsIn)}` : 'no turn';
  return [
    ...(shown.some(({ ownsUsage }) => ownsUsage)
      ? []
      : [`the restored usage is attributed to turn ${escapeControls(usageOwner)}`]),
    ...(usageOwner === usageStandsIn ? [] : [`the record of the restored usage stands in ${record}`]),
    ...(sentOnResume ? [] : ['a client that resumes the thread is not sent its usage']),
  ];
}

function tokens(count: bigint): string {
  return counted(count, 'token');
}

function counted(count: bigint | number, unit: string): string {
  return `${grouped(count)} ${unit}${BigInt(count) === 1n ? '' : 's'}`;
}
