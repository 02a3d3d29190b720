import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { contractOutcome, touchingDeviations } from '../../src/lifecycle/deviations.ts';
import { factsOf } from '../support/conformance.ts';
import type { RecordedAnswer } from '../support/oracle.ts';

/**
 * The recorded answers that keep from a client what it is owed (an answer, and the usage of the right turn) where no known
 * deviation of the version says so.
 */
export async function unexplainedLosses(answers: readonly RecordedAnswer[]): Promise<RecordedAnswer[]> {
  const losses: RecordedAnswer[] = [];
  for (const answer of answers) {
    const version = parseCodexVersion(answer.version) as CodexVersion;
    const facts = await factsOf(answer, eraOf(version));
    const { error, usage } = contractOutcome(facts, answer.request, version, answer.params);
    const given = answer.usage === null ? undefined : JSON.parse(answer.usage).params.turnId;
    const isKept = answer.error?.code === error?.code && given === usage?.turnId;
    if (isKept || touchingDeviations(facts, answer.request, version, answer.params).length > 0) continue;
    losses.push(answer);
  }
  return losses;
}
