import type { Finding } from './finding.ts';
import type { RuleId } from './rules/index.ts';

/** A finding of which it is not known yet what it follows from. */
export type LoneFinding = Omit<Finding, 'id' | 'because'> & {
  readonly id: RuleId;
  /** What it can follow from, where that is narrower than what its rule can. */
  readonly causes?: readonly RuleId[];
};

const lostHistory = ['missing-ancestor', 'broken-ancestry'] as const;
const lostUsage = ['dropped-token-count', ...lostHistory] as const;
const badNumber = ['expectation-differs', 'total-not-sum', 'total-does-not-follow'] as const;

/** What findings of a rule can follow from: the first of these that was found is the cause. */
const causes: Readonly<Partial<Record<RuleId, readonly RuleId[]>>> = {
  'missing-session-meta': ['utf16', 'byte-order-mark', 'cr-only-lines', 'invalid-utf8'],
  'late-session-meta': ['byte-order-mark', 'invalid-utf8'],
  'no-usage': [...lostUsage, 'invalid-utf8'],
  'usage-without-turn': lostHistory,
  'missing-expectation': ['foreign-expectation'],
  'expectation-differs': ['not-a-rollout', ...lostUsage, 'cannot-load'],
  'lifecycle-differs': ['not-a-rollout', ...lostUsage, 'cannot-load'],
  'total-not-sum': badNumber,
  'total-does-not-follow': badNumber,
  'shrinking-total': badNumber,
  'last-exceeds-window': badNumber,
  'window-differs-once': badNumber,
};

/** Rules of which only an error explains that an expectation is not met: what is less may have been there before. */
const needErrors: ReadonlySet<RuleId> = new Set(['expectation-differs', 'lifecycle-differs']);
/** Rules that are about one line, so that only what is found in the same line explains them. */
const needSameLine: ReadonlySet<RuleId> = new Set([
  ...(['missing-session-meta', 'late-session-meta', 'shrinking-total', 'total-not-sum'] as const),
  ...(['total-does-not-follow', 'last-exceeds-window', 'window-differs-once'] as const),
]);

/** Says of each finding of a rollout from which other one it follows: from the one at the root of all. */
export function withCauses(findings: readonly LoneFinding[]): Finding[] {
  return findings.map(({ causes: _, ...finding }, i) => {
    const root = rootOf(findings[i] as LoneFinding, findings);
    return { ...finding, because: root === findings[i] ? null : root.id };
  });
}

function rootOf(finding: LoneFinding, all: readonly LoneFinding[]): LoneFinding {
  const cause = causeOf(finding, all);
  return cause ? rootOf(cause, all) : finding;
}

function causeOf(finding: LoneFinding, all: readonly LoneFinding[]): LoneFinding | undefined {
  const candidates = finding.causes ?? causes[finding.id] ?? [];
  for (const id of candidates) {
    if (id === finding.id) return undefined;
    const found = all.find((each) => each.id === id && explains(each, finding));
    if (found) return found;
  }
  return undefined;
}

function explains(cause: LoneFinding, { id, line }: LoneFinding): boolean {
  if (needErrors.has(id) && cause.severity !== 'error') return false;
  return !needSameLine.has(id) || cause.line === line;
}
