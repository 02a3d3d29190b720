import { dictionary, fail, object, type Reader, readStrictJson, small } from '../json/strict-json.ts';
import type { CheckedRollout, Finding } from './finding.ts';
import { findingGroups } from './finding-group.ts';
import { isRuleId, type RuleId } from './rules/index.ts';
import { acceptableRule } from './rules/severities.ts';

/** How many findings of each rule are accepted in each rollout; a rollout is named relative to the baseline's folder. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<RuleId, number>>;

/** Reads a baseline, in which every key must be known. @throws {StrictJsonError} with the line and the byte */
export function readBaseline(bytes: Buffer): Baseline {
  return readStrictJson(bytes, shape).accepted as Baseline;
}

/** The text of a baseline, in a fixed order. */
export function baselineText(baseline: Baseline): string {
  const sorted = <V>(map: ReadonlyMap<string, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  const accepted = Object.fromEntries(
    sorted(baseline).map(([rollout, counts]) => [rollout, Object.fromEntries(sorted(counts))]),
  );
  return `${JSON.stringify({ baseline: 1, accepted }, null, 2)}\n`;
}

/** How many findings of each rule there are that a baseline can accept: errors and warnings that follow from no other one. */
export function acceptableCounts(findings: readonly Finding[]): Map<RuleId, number> {
  const counts = new Map<RuleId, number>();
  for (const { cause, severity } of findingGroups(findings)) {
    if (severity === 'info' || !isRuleId(cause.id) || !acceptableRule(cause.id)) continue;
    counts.set(cause.id, (counts.get(cause.id) ?? 0) + 1);
  }
  return counts;
}

/**
 * A rollout without the findings that are accepted, and what follows from them. A rule of which there are more than that is
 * told with all its findings: which of them is new cannot be told.
 */
export function withoutAccepted(checked: CheckedRollout, accepted: ReadonlyMap<RuleId, number>): CheckedRollout {
  const counts = acceptableCounts(checked.findings);
  const isAccepted = (id: string) => {
    const [count, allowed] = [counts.get(id as RuleId), accepted.get(id as RuleId)];
    return count !== undefined && allowed !== undefined && count <= allowed;
  };
  const findings = checked.findings.filter(({ id, because }) => !isAccepted(because ?? id));
  const hasFailed = findings.some(({ severity }) => severity === 'error');
  return { ...checked, status: checked.status === 'error' ? 'error' : hasFailed ? 'fail' : 'pass', findings };
}

const one: Reader<1> = (value, path) => (value.raw === '1' ? 1 : fail(value, path, 'not 1'));
const counts = dictionary(small(1), (id) => isRuleId(id) && acceptableRule(id), 'a check that a baseline can accept');
const shape = object({ baseline: one, accepted: dictionary(counts, () => true, 'a rollout') });
