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

/** What an app-server with the rules of this era does. `path`: as the server knows it. */
export function eraOutcome(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  era: Era,
  params: LifecycleParams = {},
  path?: string,
): Outcome {
  return paths[lifecycle](facts, era, params, path);
}

/** What Codex `version` really does: the contract and the version's deviations. `path`: as the server knows it. */
export function versionOutcome(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
  path?: string,
): Outcome {
  return eraOutcome(facts, lifecycle, eraOf(version), params, path);
}

/** What Codex `version` owes by the contract. */
export function contractOutcome(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Outcome {
  return paths[lifecycle](facts, mendedEra(version, deviationsOf(version)), params);
}

/** What Codex `version` would do if it had not the deviations of these ids. */
export function outcomeWithout(
  ids: ReadonlySet<string>,
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
): Outcome {
  const rows = deviationsOf(version).filter(({ id }) => ids.has(id));
  return paths[lifecycle](facts, mendedEra(version, rows), {});
}

/** The deviations of a version that change what happens with this rollout; none where it keeps the contract. */
export function touchingDeviations(
  facts: HistoryFacts,
  lifecycle: Lifecycle,
  version: CodexVersion,
  params: LifecycleParams = {},
): Deviation[] {
  const rows = deviationsOf(version);
  const summary = (mended: readonly DeviationRow[]) =>
    usageSummary(paths[lifecycle](facts, mendedEra(version, mended), params));
  const real = summary([]);
  if (real === summary(rows)) return [];
  const alone = rows.filter((row) => summary([row]) !== real);
  // Two may hide each other: then those at which the outcome changes as one after the other is mended.
  const touching =
    alone.length > 0 ? alone : rows.filter((_, i) => summary(rows.slice(0, i)) !== summary(rows.slice(0, i + 1)));
  return touching.map(({ id, since, until, message, advice }) => ({
    id,
    since: since && formatCodexVersion(since),
    until: until && formatCodexVersion(until),
    message,
    advice,
  }));
}

/** The rules of a version that lacks these of its deviations. Each is made once: many rollouts are asked for the same few. */
function mendedEra(version: CodexVersion, without: readonly DeviationRow[]): Era {
  if (without.length === 0) return eraOf(version);
  const key = without.map(({ id }) => id).join();
  const ofVersion = mendedEras.get(version) ?? new Map<string, Era>();
  mendedEras.set(version, ofVersion);
  const known = ofVersion.get(key);
  if (known) return known;
  const era: Era = Object.assign({}, eraOf(version), ...without.map(({ mended }) => mended));
  ofVersion.set(key, era);
  return era;
}

const mendedEras = new WeakMap<CodexVersion, Map<string, Era>>();

/** What of an outcome a client's usage depends on. */
function usageSummary({ error, usage }: Outcome): string {
  return `${error?.code} ${usage?.turnId} ${usage?.tokenUsage.total.totalTokens}`;
}
