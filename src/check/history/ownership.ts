import { eraOf } from '../../codex/era.ts';
import type { CodexVersion } from '../../codex/version.ts';
import type { RolloutHistory } from '../../history/read-history.ts';
import { clientTurns } from '../../lifecycle/client-turns.ts';
import { contractOutcome } from '../../lifecycle/deviations.ts';
import type { RolloutItem } from '../../rollout/records/record.ts';
import { findOwner } from '../../turns/attribution.ts';
import type { Landmarks } from '../lines/landmarks.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';

/** Whether there is usage, whose it is, and whether the last turn has ended. For a rollout that Codex loads. */
export function ownershipFindings(history: RolloutHistory, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const last = clientTurns(history, history.items, eraOf(version)).at(-1);
  const inProgress =
    last?.status === 'inProgress'
      ? [rawFinding('in-progress-tail', `turn ${last.id} has not ended`, marks.lastTaskStarted)]
      : [];
  const lastUsage = history.items.findLastIndex(hasUsage);
  if (lastUsage < 0) return [rawFinding('no-usage', noUsage(history), null), ...inProgress];
  return [...withoutTurn(history, version, marks), ...moved(history, lastUsage, version, marks), ...inProgress];
}

function hasUsage(item: RolloutItem): boolean {
  return item.kind === 'token_count' && item.info !== null;
}

function noUsage({ items }: RolloutHistory): string {
  return items.some(({ kind }) => kind === 'token_count')
    ? 'its token_count records carry rate limits only'
    : 'it has no token_count that Codex reads';
}

function withoutTurn(history: RolloutHistory, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const { usage, turns } = contractOutcome(history, 'resume', version);
  if (!usage || turns.some(({ id }) => id === usage.turnId)) return [];
  const owner = usage.turnId === '' ? 'it stands in no turn' : `turn ${usage.turnId} is none of the thread's`;
  return [rawFinding('usage-without-turn', `the restored usage belongs to no turn: ${owner}`, marks.lastUsage)];
}

/** Whether a record without usage, behind the one with the usage, stands in another turn. */
function moved({ items }: RolloutHistory, lastUsage: number, version: CodexVersion, marks: Landmarks): RawFinding[] {
  const era = eraOf(version);
  const owner = findOwner(items, era)?.turn;
  const spender = findOwner(items.slice(0, lastUsage + 1), era)?.turn;
  if (!owner || !spender || owner.id === spender.id) return [];
  const message = `usage of turn ${spender.id} is attributed to turn ${owner.id}, where a token_count with info: null stands`;
  return [rawFinding('owner-moved-by-null-info', message, marks.lastTokenCount)];
}
