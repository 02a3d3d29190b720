import type { Finding } from './finding.ts';

/** A finding that follows from no other one, and those that follow from it. */
export interface FindingGroup {
  readonly cause: Finding;
  readonly followers: readonly Finding[];
  /** As grave as the gravest of them. */
  readonly severity: Finding['severity'];
}

const order = { error: 0, warning: 1, info: 2 } as const;

/** Puts each finding to the one that it follows from: groups and followers keep their order. */
export function findingGroups(findings: readonly Finding[]): FindingGroup[] {
  const causes = findings.filter(({ because }) => because === null);
  const followers = new Map<Finding, Finding[]>(causes.map((cause) => [cause, []]));
  for (const finding of findings) {
    if (finding.because === null) continue;
    const sameRule = causes.filter(({ id }) => id === finding.because);
    const cause = sameRule.find(({ line }) => line === finding.line) ?? sameRule[0];
    if (cause) followers.get(cause)?.push(finding);
  }
  return causes.map((cause) => {
    const own = followers.get(cause) ?? [];
    return { cause, followers: own, severity: gravest([cause, ...own]) };
  });
}

/** The findings as they are told: the gravest groups first, then by line and id; what follows from one behind it. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findingGroups(findings.toSorted(byPlace))
    .sort((a, b) => order[a.severity] - order[b.severity])
    .flatMap(({ cause, followers }) => [cause, ...followers]);
}

function gravest(findings: readonly Finding[]): Finding['severity'] {
  return findings.map(({ severity }) => severity).reduce((a, b) => (order[a] < order[b] ? a : b));
}

function byPlace(a: Finding, b: Finding): number {
  return (a.line ?? 0) - (b.line ?? 0) || compare(a.id, b.id) || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
