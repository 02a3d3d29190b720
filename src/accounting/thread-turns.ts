import type { Era } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import { isCopiedTurn } from '../history/copied-turn.ts';
import type { RolloutHistory } from '../history/read-history.ts';
import { clientTurns } from '../lifecycle/client-turns.ts';
import { rejoin, resume } from '../lifecycle/lifecycle.ts';
import type { LifecycleError } from '../lifecycle/outcome.ts';
import type { Turn } from '../turns/turn.ts';
import { divideUsage, type TurnUsage } from './own-usage.ts';
import { noTokens, plus } from './token-sums.ts';
import { turnRules } from './turn-rules.ts';

/** A turn and its usage. */
export interface TurnWithUsage extends Turn, TurnUsage {
  /** It came with the history of the thread that this one was forked from. */
  readonly inherited: boolean;
  /** The usage that Codex restores is attributed to it. */
  readonly ownsUsage: boolean;
}

/** Where the tokens of a thread went. All but `last` were added up. */
export interface TurnTotals {
  /** Of all turns, inherited ones too. */
  readonly ownUsage: TokenUsage;
  /** Of the inherited ones among these. */
  readonly inherited: TokenUsage;
  /** Of turns that a rollback undid, which are none of the turns. */
  readonly rolledBack: TokenUsage;
  /** Of records that stand in no turn. */
  readonly inNoTurn: TokenUsage;
  /** The thread's last total, which Codex restores; null when it has none. */
  readonly last: TokenUsage | null;
  /** How often the total was set or reset, so that it is not the sum of the others. */
  readonly counterResets: number;
}

/** The turns of a thread, as its rollout has them. */
export interface ThreadTurns {
  readonly path: string;
  readonly threadId: string | null;
  /** The Codex version that began the rollout. */
  readonly cliVersion: string | null;
  readonly historyMode: 'legacy' | 'paginated';
  readonly forkedFromId: string | null;
  readonly turns: readonly TurnWithUsage[];
  /** The id of the turn that restored usage is attributed to; null when there is none. */
  readonly usageOwner: string | null;
  /** The id of the turn that the record of this usage stands in; null when that is none of the turns. */
  readonly usageStandsIn: string | null;
  /** Whether a client that resumes the thread is sent that usage; if not, one that joins it while it runs is. */
  readonly sentOnResume: boolean;
  readonly total: TurnTotals;
  /** Why Codex does not resume the rollout. */
  readonly resumeError: LifecycleError | null;
}

/**
 * The turns that a client is shown, with the status that the rollout gives them: one that has not ended is in
 * progress. When Codex refuses the rollout these are the turns that can be made out.
 */
export function threadTurns(history: RolloutHistory, era: Era): ThreadTurns {
  const { path, meta, items } = history;
  const turns = clientTurns(history, items, era);
  const divided = divideUsage(items, turnRules(history, turns, era));
  const resumed = resume(history, era);
  const owner = resumed.error ? null : (resumed.usage ?? rejoin(history, era).usage);
  const isInherited = inheritance(history, turns, era);
  const ownerPlace = owner ? turns.findIndex(({ id }) => id === owner.turnId) : -1;
  const withUsage = turns.map((turn, place): TurnWithUsage => {
    const usage = divided.turns[place];
    return {
      id: turn.id,
      explicit: turn.explicit,
      status: turn.status,
      startedAt: turn.startedAt,
      completedAt: turn.completedAt,
      durationMs: turn.durationMs,
      ownUsage: usage?.ownUsage ?? null,
      contextTokens: usage?.contextTokens ?? null,
      contextWindow: usage?.contextWindow ?? null,
      compacted: usage?.compacted ?? false,
      inherited: isInherited(turn, place),
      ownsUsage: place === ownerPlace,
    };
  });
  return {
    path,
    threadId: meta?.id ?? null,
    cliVersion: meta?.cli_version ?? null,
    historyMode: meta?.history_mode ?? 'legacy',
    forkedFromId: meta?.forked_from_id ?? null,
    turns: withUsage,
    usageOwner: owner?.turnId || null,
    usageStandsIn: divided.lastRecordIn === undefined ? null : (turns[divided.lastRecordIn]?.id ?? null),
    sentOnResume: resumed.usage !== null,
    total: {
      ownUsage: sum(withUsage),
      inherited: sum(withUsage.filter(({ inherited }) => inherited)),
      rolledBack: divided.rolledBack,
      inNoTurn: divided.inNoTurn,
      last: lastTotal(history),
      counterResets: divided.counterResets,
    },
    resumeError: resumed.error,
  };
}

/** Tells which turns came with the history that was forked. Of a legacy fork these are all up to the last copy. */
function inheritance(
  history: RolloutHistory,
  turns: readonly Turn[],
  era: Era,
): (turn: Turn, place: number) => boolean {
  const before = new Set(clientTurns(history, history.items.slice(0, history.inherited), era).map(({ id }) => id));
  const lastCopy = turns.findLastIndex(({ id }) => isCopiedTurn(id, history.meta));
  return ({ id }, place) => place <= lastCopy || before.has(id);
}

function sum(turns: readonly TurnWithUsage[]): TokenUsage {
  return turns.reduce((total, { ownUsage }) => plus(total, ownUsage ?? noTokens), noTokens);
}

function lastTotal({ items }: RolloutHistory): TokenUsage | null {
  const last = items.findLast((item) => item.kind === 'token_count' && item.info !== null);
  return last?.kind === 'token_count' ? (last.info?.total_token_usage ?? null) : null;
}
