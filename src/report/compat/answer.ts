import type { CodexVersion } from '../../codex/version.ts';
import type { Compatibility } from '../../compat/spans.ts';
import type { Problem } from '../../errors.ts';

/** The answer of `compat`. */
export interface CompatAnswer {
  /** The oldest and the newest version that were looked at. */
  readonly from: CodexVersion;
  readonly to: CodexVersion;
  /** Real versions were asked. */
  readonly isLive: boolean;
  readonly rollouts: readonly Compatibility[];
  readonly errors: readonly Problem[];
  readonly exitCode: number;
}
