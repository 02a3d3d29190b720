import type { Lifecycle, Outcome } from '../../../lifecycle/outcome.ts';
import type { TranscriptEntry } from '../../../wire/transcript.ts';
import type { PersistenceFault } from '../../sandbox/persistence.ts';
import type { Exchange, SeenUsage } from '../exchange.ts';

/** What the checks of a replay look at. */
export interface ReplayCase {
  readonly lifecycle: Lifecycle;
  /** What the server should have done, by the yardstick, and which that is. */
  readonly expected: Outcome;
  readonly yardstick: 'contract' | 'version';
  /** Everything that went over the wire. */
  readonly entries: readonly TranscriptEntry[];
  readonly exchange: Exchange;
  /** The `thread/tokenUsage/updated` that counts as the replay of the usage; the first one if there are several. */
  readonly usage: SeenUsage | null;
  /** All that count as one. */
  readonly usages: readonly SeenUsage[];
  /** Whether another connection was there, which must not be told the usage. */
  readonly observed: boolean;
  readonly persistence: Persistence;
  /** Where in the rollout the usage stands. */
  readonly restoredFrom: { readonly path: string; readonly byteOffset: number } | null;
}

/** What a replay left on disk, and whether it could be repeated; or why that is not known. */
export type Persistence =
  | {
      readonly persistenceFaults: readonly PersistenceFault[];
      readonly second: { readonly differs: string | null } | { readonly notMade: string };
    }
  | { readonly unknown: string };

/** Something that a result rests on: a message by its `seq`, or a place in a rollout. */
export type Evidence =
  | { readonly what: string; readonly seq: number; readonly atMs: number }
  | { readonly what: string; readonly path: string; readonly byteOffset: number };

export interface CheckResult {
  readonly status: 'pass' | 'fail' | 'skip';
  /** What was found, in words; of a skipped one why. */
  readonly detail: string;
  /** Of a failed one: what should have been, and what was. */
  readonly expected?: string;
  readonly actual?: string;
  readonly evidence: readonly Evidence[];
}

export interface Check {
  readonly id: string;
  /** When it holds, as a sentence. */
  readonly holds: string;
  readonly judge: (replay: ReplayCase) => CheckResult;
}

export function pass(detail: string, ...evidence: Evidence[]): CheckResult {
  return { status: 'pass', detail, evidence };
}

export function skip(detail: string): CheckResult {
  return { status: 'skip', detail, evidence: [] };
}

export function fail(expected: string, actual: string, ...evidence: Evidence[]): CheckResult {
  return { status: 'fail', detail: `expected ${expected}; ${actual}`, expected, actual, evidence };
}

/** A message as evidence. */
export function seen(what: string, { seq, atMs }: TranscriptEntry): Evidence {
  return { what, seq, atMs };
}

/** The record that the usage comes from as evidence, if there is one. */
export function recordOf({ restoredFrom }: ReplayCase): Evidence[] {
  return restoredFrom ? [{ what: 'token_count', path: restoredFrom.path, byteOffset: restoredFrom.byteOffset }] : [];
}

export const noUsageCame = skip('no usage came');
