import type { CheckedRollout, CheckSummary } from '../../check/finding.ts';
import { findingGroups } from '../../check/finding-group.ts';
import { type ExitCode, exitCode, worstExitCode } from '../../errors.ts';

/** Counts what became of the rollouts. */
export class CheckTally {
  readonly #maxWarnings: number;
  readonly #configuration: string | null;
  readonly #accepted: () => number;
  /** What a step summary tells; null where there is none. */
  readonly rollouts: CheckedRollout[] | null;
  #warnings = 0;
  #passed = 0;
  #failed = 0;
  #errors = 0;
  #codes = new Set<ExitCode>();

  /** `accepted`: says how many findings the baseline accepts. */
  constructor(maxWarnings: number, keepsRollouts: boolean, configuration: string | null, accepted: () => number) {
    this.#maxWarnings = maxWarnings;
    this.#configuration = configuration;
    this.#accepted = accepted;
    this.rollouts = keepsRollouts ? [] : null;
  }

  get checked(): number {
    return this.#passed + this.#failed + this.#errors;
  }

  get summary(): CheckSummary {
    const [found, allowed] = [this.#warnings, this.#maxWarnings];
    const tooManyWarnings = found > allowed ? { found, allowed } : null;
    return {
      passed: this.#passed,
      failed: this.#failed,
      errors: this.#errors,
      tooManyWarnings,
      accepted: this.#accepted(),
      configuration: this.#configuration,
    };
  }

  add(checked: CheckedRollout): void {
    const { status, findings } = checked;
    this.rollouts?.push(checked);
    this.#warnings += findingGroups(findings).filter(({ severity }) => severity === 'warning').length;
    if (status === 'pass') this.#passed++;
    else if (status === 'fail') this.#failed++;
    else this.#errors++;
    if (status === 'fail') this.#codes.add(exitCode.failed);
    if (status === 'error') {
      const isServer = findings.some(({ id }) => id === 'server-failed');
      this.#codes.add(isServer ? exitCode.server : exitCode.cannot);
    }
  }

  exitCode(): ExitCode {
    return worstExitCode([...this.#codes, this.summary.tooManyWarnings ? exitCode.failed : exitCode.ok]);
  }
}
