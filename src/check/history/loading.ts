import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import { contractOutcome, type Deviation, touchingDeviations } from '../../lifecycle/deviations.ts';
import type { HistoryFacts } from '../../lifecycle/facts.ts';
import type { Outcome } from '../../lifecycle/outcome.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { type Difference, type Place, type RawFinding, rawFinding } from '../raw-finding.ts';
import type { RuleId } from '../rules/index.ts';
import { conditionFindings, isCondition, type Loading, loadings, outcomeInGoodHome } from './conditions.ts';

/** Whether a version loads the rollout, and does with it what it owes. What the home decides is told apart. */
export function loadingFindings(facts: HistoryFacts, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const outcomes = loadings.map((lifecycle) => [lifecycle, outcomeInGoodHome(facts, lifecycle, version)] as const);
  const refused = outcomes.filter(([, { error }]) => error !== null);
  const loaded = outcomes.filter(([, { error }]) => error === null);
  return [
    ...refusals(refused, loaded, facts, version, causeOf(facts, marks)),
    ...conditionFindings(facts, version, marks.meta),
    ...deviations(loaded, facts, version, marks.lastUsage),
  ];
}

/** Whether a version loads the rollout for one request at least: whatever can be resumed can be forked. */
export function isLoaded(facts: HistoryFacts, version: CodexVersion): boolean {
  return outcomeInGoodHome(facts, 'fork', version).error === null;
}

/** One finding for all requests that are refused for the same reason. */
function refusals(
  refused: readonly (readonly [Loading, Outcome])[],
  loaded: readonly (readonly [Loading, Outcome])[],
  facts: HistoryFacts,
  version: CodexVersion,
  cause: Place | null,
): RawFinding[] {
  const reasons = new Map<string, Loading[]>();
  for (const [lifecycle, { error }] of refused) {
    const reason = `${error?.code}: ${error?.message}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), lifecycle]);
  }
  const [others] = loaded.map(([lifecycle]) => `; a ${lifecycle} works`);
  return [...reasons].map(([reason, requests]) => {
    const [known] = requests.flatMap((lifecycle) => deviationsOfVersion(facts, lifecycle, version));
    const advice = known && !others ? `; ${known.message}: ${known.advice}` : '';
    const message = `Codex ${formatCodexVersion(version)} refuses to ${requests.join(' and to ')} it: error ${reason}${others ?? ''}${advice}`;
    return { ...rawFinding('cannot-load', message, cause), causes: causesOf(facts, known?.id) };
  });
}

/** Which findings explain a refusal. `deviation`: that of the version by which it refuses, if it is one. */
function causesOf({ isRefused, history: { head, problem } }: HistoryFacts, deviation: string | undefined): RuleId[] {
  if (deviation === 'provider-needed') return [];
  if (deviation === 'paginated-refused' || deviation === 'paginated-fork-refused') return ['newer-records'];
  if (isRefused) return ['invalid-utf8'];
  if (head.meta === null) {
    return ['utf16', 'byte-order-mark', 'cr-only-lines', 'dropped-session-meta', 'missing-session-meta'];
  }
  if (problem) return ['missing-ancestor', 'broken-ancestry'];
  return ['byte-order-mark', 'late-session-meta', 'ordinal-gap', 'ordinal-repeat'];
}

/** The line that makes Codex refuse the rollout, if it is one. */
function causeOf({ isRefused, history: { head } }: HistoryFacts, marks: Landmarks): Place | null {
  if (isRefused && marks.refusing) return marks.refusing;
  if (marks.droppedMeta && !head.meta) return marks.droppedMeta;
  return head.firstLine === 'session_meta' ? marks.meta : marks.first;
}

/**
 * Where a version does something else than it owes: the deviations that explain it, or else only what differs. Requests
 * that go the same way are one finding.
 */
function deviations(
  loaded: readonly (readonly [Loading, Outcome])[],
  facts: HistoryFacts,
  version: CodexVersion,
  place: Place | null,
): RawFinding[] {
  const found = new Map<
    string,
    { readonly reason: string; readonly difference: Difference; readonly lifecycles: Loading[] }
  >();
  for (const [lifecycle, outcome] of loaded) {
    const expected = usageText(contractOutcome(facts, lifecycle, version));
    const actual = usageText(outcome);
    for (const reason of expected === actual ? [] : reasonsOf(facts, lifecycle, version)) {
      const key = JSON.stringify([reason, expected, actual]);
      const same = found.get(key)?.lifecycles ?? [];
      found.set(key, { reason, difference: { expected, actual }, lifecycles: [...same, lifecycle] });
    }
  }
  return [...found.values()].map(({ reason, difference, lifecycles: requests }) => {
    const message = `Codex ${formatCodexVersion(version)}, ${requests.join(' and ')}: ${reason}`;
    return rawFinding('deviation', message, place, difference);
  });
}

/** The deviations that touch the rollout, but for those by which the home decides. */
function deviationsOfVersion(facts: HistoryFacts, lifecycle: Loading, version: CodexVersion): Deviation[] {
  return touchingDeviations(facts, lifecycle, version).filter(({ id }) => !isCondition(id));
}

function reasonsOf(facts: HistoryFacts, lifecycle: Loading, version: CodexVersion): string[] {
  const known = deviationsOfVersion(facts, lifecycle, version);
  if (known.length === 0) return ['several deviations together change what is sent'];
  return known.map(
    ({ id, since, message, advice }) => `${id}: ${message}${since ? ` (since ${since})` : ''}; ${advice}`,
  );
}

function usageText({ error, usage }: Outcome): string {
  if (error) return `error ${error.code}`;
  if (!usage) return 'no usage';
  return `total ${usage.tokenUsage.total.totalTokens} of ${usage.turnId === '' ? 'no turn' : `turn ${usage.turnId}`}`;
}
