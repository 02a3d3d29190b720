import type { Era } from '../codex/era.ts';
import { clientTurns, type HistoryFacts } from './facts.ts';
import { homeOf, invalidRequest, type LifecycleError, type LifecycleParams } from './outcome.ts';

/** Why a thread cannot be forked at the turn that the client names (docs/codex.md 8.5); null when it can. */
export function cutError(facts: HistoryFacts, era: Era, params: LifecycleParams): LifecycleError | null {
  const last = era.knowsLastTurnId ? params.lastTurnId : undefined;
  const before = era.knowsBeforeTurnId ? params.beforeTurnId : undefined;
  if (last !== undefined && before !== undefined) {
    return invalidRequest('`beforeTurnId` cannot be combined with `lastTurnId`');
  }
  const id = before ?? last;
  if (id === undefined) return null;
  const name = before === undefined ? 'lastTurnId' : 'beforeTurnId';
  const turn = clientTurns(facts, homeOf(params)).find((each) => each.id === id);
  if (!turn) {
    const missing = `${name} '${id}' was not found in the source thread`;
    return invalidRequest(facts.isPaginated ? `turn not found: ${id}` : missing);
  }
  if (name === 'lastTurnId' && turn.status === 'inProgress') {
    return invalidRequest(`lastTurnId '${id}' identifies an in-progress turn`);
  }
  return null;
}
