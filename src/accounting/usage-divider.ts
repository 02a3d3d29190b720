import type { Era } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import { isKept } from '../lifecycle/facts.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { Turn } from '../turns/turn.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';
import { TokenCounter } from './token-counter.ts';
import { minus, noTokens, plus } from './token-sums.ts';

/** What the records that stand in a turn say. Tokens. */
export interface TurnUsage {
  /** What the turn added to the thread's total; null when it added nothing. */
  readonly ownUsage: TokenUsage | null;
  /** What filled the context window at its last record; null when it has none. */
  readonly contextTokens: bigint | null;
  /** The size of the window at that record. */
  readonly contextWindow: bigint | null;
  /** The model that its turn_context names. */
  readonly model: string | null;
  /** A compaction stands in it. */
  readonly compacted: boolean;
}

/** What there is to say of the usage of a history besides what its turns used. All but `last` was added up. */
export interface DividedUsage {
  /** Of turns that a rollback undid, which are none of the turns. */
  readonly rolledBack: TokenUsage;
  /** Of records that stand in no turn. */
  readonly inNoTurn: TokenUsage;
  /** The thread's last total, which Codex restores; null when it has none. */
  readonly last: TokenUsage | null;
  /** What only `token_usage_record` has, and is part of the turns' own usage: compactions that no `token_count` holds. */
  readonly uncounted: TokenUsage;
  /** How often the total was set or began anew, so that it is not the sum of the others. */
  readonly counterResets: number;
}

const empty: TurnUsage = { ownUsage: null, contextTokens: null, contextWindow: null, model: null, compacted: false };

/** The items that a paginated thread's turns are made of (docs/codex.md 6.4). */
const projected: ReadonlySet<RolloutItem['kind']> = new Set(['task_started', 'task_complete', 'turn_aborted']);

/**
 * Divides the usage of a history among its turns while it is read. A record belongs to the turn that is open at it, else
 * to the one that was finished last before it, else to none; `TokenCounter` says what it adds.
 */
export class UsageDivider implements HistoryVisitor {
  readonly #isPaginated: boolean;
  readonly #makesTurns: (item: RolloutItem) => boolean;
  readonly #builder: TurnBuilder;
  readonly #counter = new TokenCounter();
  /** By the place of the turn in a legacy thread, by its id in a paginated one. */
  readonly #turns = new Map<number | string, TurnUsage>();
  /** What `token_usage_record` says of a turn. */
  readonly #recorded = new Map<string, TokenUsage>();
  #lastRecordIn: number | string | undefined;
  /** The highest place of a turn that something is known of. */
  #highest = -1;
  #rolledBack = noTokens;
  #inNoTurn = noTokens;
  #last: TokenUsage | null = null;

  constructor(isPaginated: boolean, era: Era) {
    this.#isPaginated = isPaginated;
    this.#builder = new TurnBuilder(era);
    const isMade = era.filtersTurns ? isKept : () => true;
    this.#makesTurns = isPaginated ? ({ kind }) => projected.has(kind) : isMade;
  }

  onItem(item: RolloutItem): void {
    const counts = this.#makesTurns(item);
    if (counts) this.#builder.add(item);
    switch (item.kind) {
      case 'token_count':
        if (item.info) {
          this.#last = item.info.total_token_usage;
          const added = this.#counter.add(item.info);
          const { total_tokens: contextTokens } = item.info.last_token_usage;
          this.#lastRecordIn = this.#change((turn) => ({
            ...turn,
            ownUsage: added ? plus(turn.ownUsage ?? noTokens, added) : turn.ownUsage,
            contextTokens,
            contextWindow: item.info?.model_context_window ?? null,
          }));
          if (this.#lastRecordIn === undefined) this.#inNoTurn = plus(this.#inNoTurn, added ?? noTokens);
        }
        break;
      case 'token_usage_record':
        this.#recorded.set(item.turn_id, plus(this.#recorded.get(item.turn_id) ?? noTokens, item.usage));
        break;
      case 'turn_context':
        this.#change((turn) => ({ ...turn, model: item.model }));
        break;
      case 'compacted':
        this.#change((turn) => ({ ...turn, compacted: true }));
        break;
      case 'thread_rolled_back':
        if (counts && !this.#isPaginated) this.#takeBack();
        break;
      default:
    }
  }

  /** What the records in a turn say; `place`: its place among the turns of the thread. */
  usageOf({ id }: Turn, place: number): TurnUsage {
    const usage = this.#turns.get(this.#isPaginated ? id : place) ?? empty;
    const uncounted = this.#uncounted(id, usage);
    return uncounted ? { ...usage, ownUsage: plus(usage.ownUsage ?? noTokens, uncounted) } : usage;
  }

  /** Whether the last record with usage stands in a turn. */
  holdsLastRecord({ id }: Turn, place: number): boolean {
    return this.#lastRecordIn === (this.#isPaginated ? id : place);
  }

  /** What there is to say of the whole; `turns`: those of the thread. */
  totals(turns: readonly Turn[]): DividedUsage {
    let uncounted = noTokens;
    for (const [place, turn] of turns.entries()) {
      const usage = this.#turns.get(this.#isPaginated ? turn.id : place) ?? empty;
      uncounted = plus(uncounted, this.#uncounted(turn.id, usage) ?? noTokens);
    }
    return {
      rolledBack: this.#rolledBack,
      inNoTurn: this.#inNoTurn,
      last: this.#last,
      uncounted,
      counterResets: this.#counter.resets,
    };
  }

  /**
   * What a compacting turn spent that no token_count holds: a remote compaction's own request is only in the
   * `token_usage_record` (measured on 0.164 and 0.169).
   */
  #uncounted(turnId: string, { ownUsage, compacted }: TurnUsage): TokenUsage | null {
    const recorded = compacted ? this.#recorded.get(turnId) : undefined;
    if (!recorded) return null;
    const counted = ownUsage ?? noTokens;
    return recorded.total_tokens > counted.total_tokens ? minus(recorded, counted) : null;
  }

  /** Changes what is known of the turn that is open now, or was finished last. @returns which that is, if there is one */
  #change(change: (turn: TurnUsage) => TurnUsage): number | string | undefined {
    const turn = this.#builder.turnHere();
    if (!turn) return undefined;
    const key = this.#isPaginated ? turn.id : turn.position;
    this.#highest = Math.max(this.#highest, turn.position);
    this.#turns.set(key, change(this.#turns.get(key) ?? empty));
    return key;
  }

  #takeBack(): void {
    const left = (this.#builder.turnHere()?.position ?? -1) + 1;
    for (let place = this.#highest; place >= left; place--) {
      this.#rolledBack = plus(this.#rolledBack, this.#turns.get(place)?.ownUsage ?? noTokens);
      this.#turns.delete(place);
      if (this.#lastRecordIn === place) this.#lastRecordIn = undefined;
    }
    this.#highest = left - 1;
  }
}
