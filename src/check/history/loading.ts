import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import type { RolloutHistory } from '../../history/read-history.ts';
import { contractOutcome, touchingDeviations, versionOutcome } from '../../lifecycle/deviations.ts';
import type { Outcome } from '../../lifecycle/outcome.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { type Difference, type Place, type RawFinding, rawFinding } from '../raw-finding.ts';

const lifecycles = ['resume', 'fork'] as const;
type Loading = (typeof lifecycles)[number];

/** Whether a version loads the rollout, and does with it what it owes. */
export function loadingFindings(history: RolloutHistory, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const outcomes = lifecycles.map((lifecycle) => [lifecycle, versionOutcome(history, lifecycle, version)] as const);
  const refused = outcomes.filter(([, { error }]) => error !== null);
  const loaded = outcomes.filter(([, { error }]) => error === null);
  return [
    ...refusals(refused, loaded, history, version, causeOf(history, marks)),
    ...deviations(loaded, history, version, marks.lastUsage),
  ];
}

/** Whether a version loads the rollout for one request at least: whatever can be resumed can be forked. */
export function isLoaded(history: RolloutHistory, version: CodexVersion): boolean {
  return versionOutcome(history, 'fork', version).error === null;
}

/** One finding for all requests that are refused for the same reason. */
function refusals(
  refused: readonly (readonly [Loading, Outcome])[],
  loaded: readonly (readonly [Loading, Outcome])[],
  history: RolloutHistory,
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
    const [known] = requests.flatMap((lifecycle) => touchingDeviations(history, lifecycle, version));
    const advice = known && !others ? `; ${known.message}: ${known.advice}` : '';
    const message = `Codex ${formatCodexVersion(version)} refuses to ${requests.join(' and to ')} it: error ${reason}${others ?? ''}${advice}`;
    return rawFinding('cannot-load', message, cause);
  });
}

/** The line that makes Codex refuse the rollout, if it is one. */
function causeOf({ isRefused, meta, beforeMeta }: RolloutHistory, marks: Landmarks): Place | null {
  if (isRefused && marks.refusing) return marks.refusing;
  return !meta || beforeMeta === 'garbage' ? marks.first : marks.meta;
}

/**
 * Where a version does something else than it owes: the deviations that explain it, or else only what differs. Requests
 * that go the same way are one finding.
 */
function deviations(
  loaded: readonly (readonly [Loading, Outcome])[],
  history: RolloutHistory,
  version: CodexVersion,
  place: Place | null,
): RawFinding[] {
  const told = new Map<
    string,
    { readonly reason: string; readonly difference: Difference; readonly lifecycles: Loading[] }
  >();
  for (const [lifecycle, outcome] of loaded) {
    const expected = usageText(contractOutcome(history, lifecycle, version));
    const actual = usageText(outcome);
    for (const reason of expected === actual ? [] : reasonsOf(history, lifecycle, version)) {
      const key = JSON.stringify([reason, expected, actual]);
      const same = told.get(key)?.lifecycles ?? [];
      told.set(key, { reason, difference: { expected, actual }, lifecycles: [...same, lifecycle] });
    }
  }
  return [...told.values()].map(({ reason, difference, lifecycles: requests }) => {
    const message = `Codex ${formatCodexVersion(version)}, ${requests.join(' and ')}: ${reason}`;
    return rawFinding('deviation', message, place, difference);
  });
}

function reasonsOf(history: RolloutHistory, lifecycle: Loading, version: CodexVersion): string[] {
  const known = touchingDeviations(history, lifecycle, version);
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
