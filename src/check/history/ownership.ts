import { eraOf } from '../../codex/era.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { contractOutcome } from '../../lifecycle/deviations.ts';
import { clientTurns, type HistoryFacts } from '../../lifecycle/facts.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';

/** Whether there is usage, whose it is, and whether the last turn has ended. For a rollout that Codex loads. */
export function ownershipFindings(facts: HistoryFacts, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const last = clientTurns(facts, 'used').at(-1);
  const inProgress =
    last?.status === 'inProgress'
      ? [rawFinding('in-progress-tail', `turn ${last.id} has not ended`, marks.lastTaskStarted)]
      : [];
  const { usage, owner } = facts.context.view('never');
  if (!usage) {
    const why = owner ? 'its token_count records carry rate limits only' : 'it has no token_count that Codex reads';
    return [rawFinding('no-usage', why, null), ...inProgress];
  }
  return [...withoutTurn(facts, version, marks), ...moved(facts, version, marks), ...inProgress];
}

function withoutTurn(facts: HistoryFacts, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const { usage, holdsTurn } = contractOutcome(facts, 'resume', version);
  if (!usage || holdsTurn(usage.turnId)) return [];
  const owner = usage.turnId === '' ? 'it stands in no turn' : `turn ${usage.turnId} is none of the thread's`;
  return [rawFinding('usage-without-turn', `the restored usage belongs to no turn: ${owner}`, marks.lastUsage)];
}

/** Whether a record without usage, behind the one with the usage, stands in another turn. */
function moved(facts: HistoryFacts, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const { owner, spender } = facts.context.view(eraOf(version).startsAtCompaction);
  if (!owner?.turn || !spender?.turn || owner.turn.id === spender.turn.id) return [];
  const message = `usage of turn ${spender.turn.id} is attributed to turn ${owner.turn.id}, where a token_count with info: null stands`;
  return [rawFinding('owner-moved-by-null-info', message, marks.lastTokenCount)];
}
