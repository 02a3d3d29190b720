import type { CheckedRollout, CheckSummary, Rule } from '../../check/finding.ts';
import type { Place } from '../short-path.ts';

/** What the reporters of `check` are called. */
export const reporterNames = ['pretty', 'json', 'ndjson', 'junit', 'github', 'sarif', 'html'] as const;

export type ReporterName = (typeof reporterNames)[number];

/** Makes the text of one report, piece by piece. */
export interface Reporter {
  /** Text before the first rollout. */
  begin(): string;
  /** Text for a rollout, as it comes. */
  rollout(checked: CheckedRollout): string;
  /** Text at the end. */
  end(summary: CheckSummary, exitCode: number): string;
}

export interface ReporterSetting {
  readonly color: boolean;
  /** What a line for people may take. */
  readonly columns: number;
  /** From where people look at paths; null where no terminal shows them. */
  readonly place: Place | null;
  /** Rollouts below this folder are named relative to it, for services that look for the file. */
  readonly cwd: string;
  readonly rules: readonly Rule[];
  /** Where our documents can be read: the URL of `docs/`; null when it is not known. */
  readonly documents: string | null;
}

/** A reporter for documents that are whole or not there: it says nothing before the end. */
export function wholeReport(
  text: (rollouts: readonly CheckedRollout[], summary: CheckSummary, exitCode: number) => string,
): Reporter {
  const rollouts: CheckedRollout[] = [];
  return {
    begin: () => '',
    rollout: (checked) => {
      rollouts.push(checked);
      return '';
    },
    end: (summary, exitCode) => text(rollouts, summary, exitCode),
  };
}
