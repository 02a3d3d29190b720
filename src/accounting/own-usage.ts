import type { EndingRules } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';
import { TokenCounter } from './token-counter.ts';
import { noTokens, plus } from './token-sums.ts';

/** What the records that stand in a turn say. Tokens. */
export interface TurnUsage {
  /** What the turn added to the thread's total; null when it added nothing. */
  readonly ownUsage: TokenUsage | null;
  /** What filled the context window at its last record; null when it has none. */
  readonly contextTokens: bigint | null;
  /** The size of the window at that record. */
  readonly contextWindow: bigint | null;
  /** A compaction stands in it. */
  readonly compacted: boolean;
}

/** The usage of a history, divided among its turns. */
export interface DividedUsage {
  /** By the place of the turn; undefined for turns that no record and no compaction stands in. */
  readonly turns: readonly (TurnUsage | undefined)[];
  /** Of turns that a rollback undid. */
  readonly rolledBack: TokenUsage;
  /** The place of the turn that the last record with usage stands in; undefined when that is none of the turns. */
  readonly lastRecordIn: number | undefined;
  /** Of records that stand in no turn. */
  readonly inNoTurn: TokenUsage;
  /** How often the thread's total was set or reset. */
  readonly counterResets: number;
}

/** How items and turns belong together. */
export interface TurnRules {
  readonly endings: EndingRules;
  /** Whether an item counts when turns are made. */
  readonly makesTurns: (item: RolloutItem) => boolean;
  /** The place of a turn among those that are shown; undefined when it is none of them. */
  readonly turnPlace: (turn: { readonly id: string; readonly position: number }) => number | undefined;
}

const empty: TurnUsage = { ownUsage: null, contextTokens: null, contextWindow: null, compacted: false };

/**
 * Divides the usage of `items` among their turns. A record belongs to the turn that is open at it, else to the one
 * that was finished last before it, else to none; `TokenCounter` says what it adds.
 */
export function divideUsage(items: Iterable<RolloutItem>, { endings, makesTurns, turnPlace }: TurnRules): DividedUsage {
  const builder = new TurnBuilder(endings);
  const counter = new TokenCounter();
  let turns: (TurnUsage | undefined)[] = [];
  let rolledBack = noTokens;
  let inNoTurn = noTokens;
  let lastRecordIn: number | undefined;
  const place = () => {
    const owner = builder.owner();
    return owner ? turnPlace(owner) : undefined;
  };
  for (const item of items) {
    const counts = makesTurns(item);
    if (counts) builder.add(item);
    if (item.kind === 'token_count' && item.info) {
      const added = counter.add(item.info);
      const at = place();
      lastRecordIn = at;
      if (at === undefined) inNoTurn = plus(inNoTurn, added ?? noTokens);
      else {
        const turn = turns[at] ?? empty;
        turns[at] = {
          ownUsage: added ? plus(turn.ownUsage ?? noTokens, added) : turn.ownUsage,
          contextTokens: item.info.last_token_usage.total_tokens,
          contextWindow: item.info.model_context_window,
          compacted: turn.compacted,
        };
      }
    } else if (item.kind === 'compacted') {
      const at = place();
      if (at !== undefined) turns[at] = { ...(turns[at] ?? empty), compacted: true };
    } else if (item.kind === 'thread_rolled_back' && counts) {
      const left = (builder.owner()?.position ?? -1) + 1;
      for (const turn of turns.slice(left)) rolledBack = plus(rolledBack, turn?.ownUsage ?? noTokens);
      turns = turns.slice(0, left);
      if (lastRecordIn !== undefined && lastRecordIn >= left) lastRecordIn = undefined;
    }
  }
  return { turns, rolledBack, lastRecordIn, inNoTurn, counterResets: counter.resets };
}
