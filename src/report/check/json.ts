import type { CheckedRollout, CheckSummary } from '../../check/finding.ts';
import { jsonText, ndjsonLines } from '../json.ts';
import { type Reporter, wholeReport } from './reporter.ts';

const head = { command: 'check', version: 1 };

/** One JSON object with everything. */
export function jsonReporter(): Reporter {
  return wholeReport((rollouts, summary, exitCode) => jsonText(checkObject(rollouts, summary, exitCode)));
}

/** What `--json` prints. */
export function checkObject(rollouts: readonly CheckedRollout[], summary: CheckSummary, exitCode: number): object {
  return { ...head, rollouts, summary, exitCode };
}

/** An object for each rollout as it comes, and one with the summary at the end. */
export async function ndjsonReporter(): Promise<Reporter> {
  const line = await ndjsonLines();
  return { begin: () => '', rollout: line, end: (summary, exitCode) => line({ ...head, summary, exitCode }) };
}
