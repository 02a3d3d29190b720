import { formatCodexVersion } from '../../codex/version.ts';
import { type Compatibility, isWorse, type LifecycleSpans, type Span } from '../../compat/spans.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { tableText } from '../table.ts';
import type { CompatAnswer } from './answer.ts';

const names: Readonly<Record<Lifecycle, string>> = { resume: 'cold resume', rejoin: 'rejoin', fork: 'fork' };

const statuses: Readonly<Record<Span['change']['kind'], string>> = {
  same: 'same',
  refused: 'refused',
  'usage-lost': 'usage lost',
  'turns-lost': 'turns lost',
  changed: 'changed',
};

/** For each rollout a table of what versions do, and why it changes; at the end how many change for the worse. */
export function compatText({ from, to, rollouts }: CompatAnswer, style: Style): string {
  const worse = rollouts.filter(({ lifecycles }) => lifecycles.some(isWorse)).length;
  const range = `from Codex ${formatCodexVersion(from)} to ${formatCodexVersion(to)}`;
  const total = `${rollouts.length} ${rollouts.length === 1 ? 'rollout' : 'rollouts'} ${range}: `;
  const verdict =
    worse === 0
      ? style.good('nothing changes for the worse')
      : style.bad(`${worse} ${worse === 1 ? 'changes' : 'change'} for the worse`);
  return `${rollouts.map((each) => `${rolloutText(each, style)}\n`).join('')}${total}${verdict}\n`;
}

function rolloutText({ path, writtenBy, lifecycles }: Compatibility, style: Style): string {
  const by = writtenBy === null ? '' : style.muted(`  written by Codex ${escapeControls(writtenBy)}`);
  return [
    `${style.heading(escapeControls(path))}${by}\n`,
    ...lifecycles.map((each) => lifecycleText(each, style)),
  ].join('');
}

function lifecycleText({ lifecycle, spans }: LifecycleSpans, style: Style): string {
  const base = formatCodexVersion(spans[0].first);
  const columns = [names[lifecycle], `against ${base}`, 'answer'].map((title) => ({ title, align: 'left' as const }));
  const [heading = '', ...rows] = tableText(
    columns,
    spans.map((span) => [versionsText(span), statusText(span), answerText(span)]),
  )
    .trimEnd()
    .split('\n');
  const lines = [style.muted(heading)];
  for (const [i, span] of spans.entries()) {
    const row = rows[i] as string;
    lines.push(span.change.direction === 'worse' ? style.bad(row) : row);
    lines.push(...reasons(span, spans[i - 1]).map((reason) => style.muted(`  ${reason}`)));
  }
  return lines.map((line) => `  ${line}\n`).join('');
}

function versionsText({ first, last }: Span): string {
  const [from, to] = [formatCodexVersion(first), formatCodexVersion(last)];
  return from === to ? from : `${from}…${to}`;
}

function statusText({ change: { kind, direction } }: Span): string {
  const judged = kind === 'changed' && direction !== 'neither' ? `, ${direction}` : '';
  return `${statuses[kind]}${judged}`;
}

function answerText({ answer: { outcome } }: Span): string {
  const { error, usage, turns } = outcome;
  if (error) return escapeControls(`error ${error.code}: ${error.message}`);
  const count = turns.length === 1 ? '1 turn' : `${turns.length} turns`;
  if (!usage) return `${count}, no usage`;
  const place = turns.findIndex(({ id }) => id === usage.turnId) + 1;
  const owner = place > 0 ? `turn ${place}` : usage.turnId === '' ? 'no turn' : 'a turn that is not in the answer';
  return `${count}, usage ${grouped(usage.tokenUsage.total.totalTokens)} of ${owner}`;
}

/** Deviations that begin with this span say it best; where there are none, the rules whose values changed. */
function reasons({ answer, rules }: Span, before: Span | undefined): string[] {
  const known = new Set(before?.answer.deviations.map(({ id }) => id));
  const begun = answer.deviations.filter(({ id }) => !known.has(id)).map(({ id, message }) => `${id}: ${message}`);
  return begun.length > 0 ? begun : rules.map(({ id, message }) => `${id}: ${message}`);
}
