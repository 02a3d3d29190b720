import { jsonText, ndjsonLines } from '../json.ts';
import { type Reporter, wholeReport } from './reporter.ts';

const head = { command: 'check', version: 1 };

/** One JSON object with everything. */
export function jsonReporter(): Reporter {
  return wholeReport((rollouts, summary, exitCode) => jsonText({ ...head, rollouts, summary, exitCode }));
}

/** An object for each rollout as it comes, and one with the summary at the end. */
export async function ndjsonReporter(): Promise<Reporter> {
  const line = await ndjsonLines();
  return { begin: () => '', rollout: line, end: (summary, exitCode) => line({ ...head, summary, exitCode }) };
}
