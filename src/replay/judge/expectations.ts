import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import { contractOutcome, type Deviation, touchingDeviations, versionOutcome } from '../../lifecycle/deviations.ts';
import type { Lifecycle, LifecycleParams, Outcome } from '../../lifecycle/outcome.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import { usageUpdate } from '../../wire/usage-update.ts';
import type { KnownRollout } from '../known-rollout.ts';

/** What a server should do with a rollout on one lifecycle, by both yardsticks. */
export interface Expectations {
  readonly contract: Outcome;
  readonly version: Outcome;
  /** The known behaviour of the version that touches this rollout. */
  readonly deviations: readonly Deviation[];
  /** What the rollout says. */
  readonly restored: RestoredUsage;
}

/** What is due for a rollout as it is now. */
export function expectationsOf(
  { facts, version, restored }: KnownRollout,
  lifecycle: Lifecycle,
  params: LifecycleParams,
): Expectations {
  return {
    contract: contractOutcome(facts, lifecycle, version, params),
    version: versionOutcome(facts, lifecycle, version, params),
    deviations: touchingDeviations(facts, lifecycle, version, params),
    restored,
  };
}

/** The same as JSON, as `readExpectations` reads it. */
export function writtenExpectations({ contract, version, deviations, restored }: Expectations): JsonObject {
  const said = ({ error, messages, usage, turns }: Outcome) => ({ error, messages, usage, turns });
  return { contract: said(contract), version: said(version), deviations, restored } as unknown as JsonObject;
}

/** Reads expectations that were written as JSON. @returns null when the value is something else */
export function readExpectations(value: JsonValue | undefined): Expectations | null {
  const contract = readOutcome(memberAt(value, 'contract'));
  const version = readOutcome(memberAt(value, 'version'));
  const deviations = memberAt(value, 'deviations');
  const restored = memberAt(value, 'restored');
  if (!contract || !version || !Array.isArray(deviations) || !isJsonObject(restored)) return null;
  // These are only shown again, as they were written.
  const shown = { deviations, restored } as unknown as Pick<Expectations, 'deviations' | 'restored'>;
  return { contract, version, ...shown };
}

function readOutcome(value: JsonValue | undefined): Outcome | null {
  const [error, usage, messages, turns] = ['error', 'usage', 'messages', 'turns'].map((key) => memberAt(value, key));
  const update = isJsonObject(usage) ? usageUpdate({ ...usage, threadId: '' }) : null;
  if (typeof update === 'string' || !Array.isArray(messages) || !Array.isArray(turns)) return null;
  const shown = { error: error ?? null, messages, turns } as unknown as Omit<Outcome, 'usage' | 'holdsTurn'>;
  const holdsTurn = (turnId: string) => shown.turns.some(({ id }) => id === turnId);
  return { ...shown, holdsTurn, usage: update && { turnId: update.turnId, tokenUsage: update.tokenUsage } };
}
