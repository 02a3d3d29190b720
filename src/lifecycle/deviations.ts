import { type DeviationRow, deviationsOf } from '../codex/deviations.ts';
import { type Era, eraOf } from '../codex/era.ts';
import { type CodexVersion, formatCodexVersion } from '../codex/version.ts';
import type { HistoryFacts } from './facts.ts';
import { fork, rejoin, resume } from './lifecycle.ts';
import type { Lifecycle, LifecycleParams, Outcome } from './outcome.ts';

/** A deviation from the contract, in the form that is shown. */
export interface Deviation {
  readonly id: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly message: string;
  readonly advice: string;
}

const paths: Readonly<
  Record<Lifecycle, (facts: HistoryFacts, era: Era, params: LifecycleParams, path?: string) => Outcome>
> = { resume, rejoin, fork };

/** What Codex `version` really does: the contract and the version's deviations. `path`: as the server knows it. */
export function versionOutcome(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
  path?: string,
): Outcome {
  return paths[lifecycle](facts, eraOf(version), params, path);
}

/** What Codex `version` owes by the contract. */
export function contractOutcome(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Outcome {
  const mended = Object.assign({}, eraOf(version), ...deviationsOf(version).map((row) => row.mended));
  return paths[lifecycle](facts, mended, params);
}

/** The deviations of a version that change what happens with this rollout. */
export function touchingDeviations(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Deviation[] {
  const era = eraOf(version);
  const real = usageSummary(paths[lifecycle](facts, era, params));
  const changes = ({ mended }: DeviationRow) =>
    usageSummary(paths[lifecycle](facts, { ...era, ...mended }, params)) !== real;
  return deviationsOf(version)
    .filter(changes)
    .map(({ id, since, until, message, advice }) => ({
      id,
      since: since && formatCodexVersion(since),
      until: until && formatCodexVersion(until),
      message,
      advice,
    }));
}

/** What of an outcome a client's usage depends on. */
function usageSummary({ error, usage }: Outcome): string {
  return `${error?.code} ${usage?.turnId} ${usage?.tokenUsage.total.totalTokens}`;
}
