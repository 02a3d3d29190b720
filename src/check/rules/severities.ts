import type { LoneFinding } from '../causes.ts';
import type { Severity } from '../finding.ts';
import type { RawFinding } from '../raw-finding.ts';
import { expectationRules } from './expectation.ts';
import { isRuleId, type RuleId, rules } from './index.ts';

/** How severe the user finds which rules; the others are as severe as they say themselves. */
export type Severities = ReadonlyMap<RuleId, Severity>;

export const severityNames = ['error', 'warning', 'info', 'ignore'] as const satisfies readonly Severity[];

/** What says that a rollout could not be checked, which is no matter of opinion. */
const fixed: ReadonlySet<RuleId> = new Set(['unreadable-rollout', 'server-failed']);

/** What is accepted in another way than by a baseline: expectations are updated, and a server is mended. */
const unacceptable: ReadonlySet<RuleId> = new Set([...fixed, ...expectationRules.map(({ id }) => id)]);

/** Whether a baseline can accept findings of a rule. */
export function acceptableRule(id: RuleId): boolean {
  return !unacceptable.has(id);
}

const defaults = new Map(rules.map(({ id, severity }) => [id, severity]));

/** A rule whose severity can be chosen, or in words what is wrong with `id`. */
export function adjustableRule(id: string): { readonly id: RuleId } | { readonly problem: string } {
  if (!isRuleId(id)) return { problem: `there is no check ${id}` };
  return fixed.has(id) ? { problem: `${id} says that a rollout was not checked, so it stays an error` } : { id };
}

/** Findings as severe as the user finds them; what is ignored is none. */
export function withSeverities(findings: readonly RawFinding[], severities: Severities): LoneFinding[] {
  return findings.flatMap((finding): LoneFinding[] => {
    const severity = severities.get(finding.id) ?? defaults.get(finding.id) ?? 'error';
    return severity === 'ignore' ? [] : [{ ...finding, severity }];
  });
}
