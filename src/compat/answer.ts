import type { CodexVersion } from '../codex/version.ts';
import type { Deviation } from '../lifecycle/deviations.ts';
import type { VisibleOutcome } from './content.ts';

/** What one version does with one lifecycle of a rollout. */
export interface Answer {
  readonly version: CodexVersion;
  readonly outcome: VisibleOutcome;
  /** What the contract owes the client. */
  readonly owed: VisibleOutcome;
  /** The deviations from the contract that touch the rollout. */
  readonly deviations: readonly Deviation[];
}
