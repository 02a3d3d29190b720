import type { CheckedRollout, CheckSummary } from '../../check/finding.ts';
import { findingGroups } from '../../check/finding-group.ts';
import { type ExitCode, exitCode, worstExitCode } from '../../errors.ts';

/** Counts what became of the rollouts. */
export class CheckTally {
  readonly #maxWarnings: number;
  /** What a step summary tells; null where there is none. */
  readonly rollouts: CheckedRollout[] | null;
  #warnings = 0;
  #passed = 0;
  #failed = 0;
  #errors = 0;
  #codes = new Set<ExitCode>();

  constructor(maxWarnings: number, keepsRollouts: boolean) {
    this.#maxWarnings = maxWarnings;
    this.rollouts = keepsRollouts ? [] : null;
  }

  get checked(): number {
    return this.#passed + this.#failed + this.#errors;
  }

  get summary(): CheckSummary {
    const [found, allowed] = [this.#warnings, this.#maxWarnings];
    const tooManyWarnings = found > allowed ? { found, allowed } : null;
    return { passed: this.#passed, failed: this.#failed, errors: this.#errors, tooManyWarnings };
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
