import { type CodexVersion, formatCodexVersion, mayNameNoProvider, parseCodexVersion } from '../../codex/version.ts';
import { outcomeWithout } from '../../lifecycle/deviations.ts';
import type { HistoryFacts } from '../../lifecycle/facts.ts';
import type { Outcome } from '../../lifecycle/outcome.ts';
import { type Place, type RawFinding, rawFinding } from '../raw-finding.ts';
import type { RuleId } from '../rules/index.ts';

/** The requests that load a rollout. */
export const loadings = ['resume', 'fork'] as const;
export type Loading = (typeof loadings)[number];

/** A refusal that is no fault of the rollout: it depends on where the file stands, or on what was loaded before it. */
interface Condition {
  /** Of the deviations by which versions refuse it. */
  readonly deviations: readonly string[];
  readonly rule: RuleId;
  /** Whether Codex itself writes such rollouts; always, when this is missing. */
  readonly isSound?: (facts: HistoryFacts) => boolean;
  /** `refuses`: who refuses what, and with which error. */
  readonly message: (refuses: string, threadId: string) => string;
}

/** In the order in which Codex looks at them. */
const conditions: readonly Condition[] = [
  {
    deviations: ['archived-not-found', 'archived-refused'],
    rule: 'archived-thread',
    message: (refuses, threadId) => `it is archived: ${refuses} until it is unarchived (codex unarchive ${threadId})`,
  },
  {
    deviations: ['provider-needed'],
    rule: 'unnamed-provider',
    isSound: ({ history: { meta } }) => {
      const writer = parseCodexVersion(meta?.cli_version ?? '');
      return writer !== undefined && mayNameNoProvider(writer);
    },
    message: (refuses) =>
      `it names no model provider: ${refuses} in a home into which the file was copied, but not in one that held it when a Codex of 0.136 or newer first started there`,
  },
  {
    deviations: ['v2-sub-agent-needs-parent'],
    rule: 'sub-agent-needs-parent',
    message: (refuses) => `it is a sub-agent of multi-agent v2: ${refuses} while its parent is not loaded`,
  },
];

/** Whether a deviation is about what the home decides. */
export function isCondition(deviation: string): boolean {
  return conditions.some(({ deviations }) => deviations.includes(deviation));
}

/** What the version does where the home meets all conditions. */
export function outcomeInGoodHome(facts: HistoryFacts, loading: Loading, version: CodexVersion): Outcome {
  const met = soundFor(facts).flatMap(({ deviations }) => deviations);
  return outcomeWithout(new Set(met), facts, loading, version);
}

/** Which conditions the home has to meet before the version resumes or forks the rollout. */
export function conditionFindings(facts: HistoryFacts, version: CodexVersion, place: Place | null): RawFinding[] {
  const found: RawFinding[] = [];
  const met = new Set<string>();
  for (const { deviations, rule, message } of soundFor(facts)) {
    const errors = loadings.flatMap((loading) => {
      const before = outcomeWithout(met, facts, loading, version).error;
      if (!before) return [];
      const after = outcomeWithout(new Set([...met, ...deviations]), facts, loading, version).error;
      return before.message === after?.message ? [] : [{ loading, code: before.code }];
    });
    for (const id of deviations) met.add(id);
    const [first] = errors;
    if (!first) continue;
    const requests = errors.map(({ loading }) => loading).join(' and to ');
    const refuses = `Codex ${formatCodexVersion(version)} refuses to ${requests} it (error ${first.code})`;
    found.push(rawFinding(rule, message(refuses, facts.history.meta?.id ?? 'THREAD'), place));
  }
  return found;
}

function soundFor(facts: HistoryFacts): Condition[] {
  return conditions.filter(({ isSound }) => isSound?.(facts) ?? true);
}
