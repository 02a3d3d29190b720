import { formatCodexVersion } from '../../codex/version.ts';
import { isWorse, type Span } from '../../compat/spans.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { CompatAnswer } from './answer.ts';

/** The lifecycles as people are told them. */
export const lifecycleNames: Readonly<Record<Lifecycle, string>> = {
  resume: 'cold resume',
  rejoin: 'rejoin',
  fork: 'fork',
};

const statuses: Readonly<Record<Span['change']['kind'], string>> = {
  same: 'same',
  refused: 'refused',
  'usage-lost': 'usage lost',
  'turns-lost': 'turns lost',
  changed: 'changed',
};

/** How many rollouts and versions were looked at, and what came of it. */
export function totalWords({ from, to, rollouts }: CompatAnswer): {
  readonly total: string;
  readonly verdict: string;
  readonly isWorse: boolean;
} {
  const worse = rollouts.filter(({ lifecycles }) => lifecycles.some(isWorse)).length;
  const range = `from Codex ${formatCodexVersion(from)} to ${formatCodexVersion(to)}`;
  return {
    total: `${rollouts.length} ${rollouts.length === 1 ? 'rollout' : 'rollouts'} ${range}`,
    verdict:
      worse === 0 ? 'nothing changes for the worse' : `${worse} ${worse === 1 ? 'changes' : 'change'} for the worse`,
    isWorse: worse > 0,
  };
}

/** The versions of a span: `0.157.0…0.169.0`. */
export function versionsText({ first, last }: Span): string {
  const [from, to] = [formatCodexVersion(first), formatCodexVersion(last)];
  return from === to ? from : `${from}…${to}`;
}

/** How it compares with the oldest version, in a word or two. */
export function statusText({ change: { kind, direction } }: Span): string {
  const judged = kind === 'changed' && direction !== 'neither' ? `, ${direction}` : '';
  return `${statuses[kind]}${judged}`;
}

/** The answer in a few words, safe to show. */
export function answerText({ answer: { outcome } }: Span): string {
  const { error, usage, turns } = outcome;
  if (error) return escapeControls(`error ${error.code}: ${error.message}`);
  const count = turns.length === 1 ? '1 turn' : `${turns.length} turns`;
  if (!usage) return `${count}, no usage`;
  const place = turns.findIndex(({ id }) => id === usage.turnId) + 1;
  const owner = place > 0 ? `turn ${place}` : usage.turnId === '' ? 'no turn' : 'a turn that is not in the answer';
  return `${count}, usage ${grouped(usage.tokenUsage.total.totalTokens)} of ${owner}`;
}

/** Deviations that begin with this span say it best; where there are none, the rules whose values changed. */
export function reasons({ answer, rules }: Span, before: Span | undefined): string[] {
  const known = new Set(before?.answer.deviations.map(({ id }) => id));
  const begun = answer.deviations.filter(({ id }) => !known.has(id)).map(({ id, message }) => `${id}: ${message}`);
  return begun.length > 0 ? begun : rules.map(({ id, message }) => `${id}: ${message}`);
}
