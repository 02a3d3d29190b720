import type { CodexVersion } from '../../codex/version.ts';
import type { Compatibility } from '../../compat/compat.ts';
import type { Problem } from '../../errors.ts';

/** The answer of `compat`. */
export interface CompatAnswer {
  /** The oldest and the newest version that were looked at. */
  readonly from: CodexVersion;
  readonly to: CodexVersion;
  readonly rollouts: readonly Compatibility[];
  readonly errors: readonly Problem[];
  readonly exitCode: number;
}
