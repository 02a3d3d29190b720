import type { Era } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import { isKept } from '../lifecycle/facts.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { Turn } from '../turns/turn.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';
import { type Measured, ResponseMeter } from './response-meter.ts';
import { noTokens, plus } from './token-sums.ts';
import { usageRules } from './usage-rule.ts';

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

/** A rollback of a thread, and what the turns had used that it undid. */
export interface Rollback {
  /** How many of the turns of the thread stand before it. */
  readonly turnsBefore: number;
  readonly usage: TokenUsage;
}

/** What there is to say of the usage of a history besides what its turns used. All but `last` was added up. */
export interface DividedUsage {
  /** Of turns that a rollback undid, which are none of the turns. */
  readonly rolledBack: TokenUsage;
  /** Where these stood, in the order of the thread: together they make up `rolledBack`. */
  readonly rollbacks: readonly Rollback[];
  /** Of records that stand in no turn. */
  readonly inNoTurn: TokenUsage;
  /** The thread's last total, which Codex restores; null when it has none. */
  readonly last: TokenUsage | null;
  /** What only `token_usage_record` has, and is part of the turns' own usage: responses that no `token_count` holds. */
  readonly uncounted: TokenUsage;
  /** How often the total was set or began anew, so that it is not the sum of the others. */
  readonly counterResets: number;
}

const empty: TurnUsage = { ownUsage: null, contextTokens: null, contextWindow: null, model: null, compacted: false };

/** The items that a paginated thread's turns are made of (docs/codex.md 6.4). */
const projected: ReadonlySet<RolloutItem['kind']> = new Set(['task_started', 'task_complete', 'turn_aborted']);

/** A turn: by its place in a legacy thread, by its id in a paginated one. Undefined: no turn. */
type TurnKey = number | string | undefined;

/**
 * Divides the usage of a history among its turns while it is read. A record belongs to the turn that is open at it, else
 * to the one that was finished last before it, else to none; `ResponseMeter` says what it adds.
 */
export class UsageDivider implements HistoryVisitor {
  readonly #isPaginated: boolean;
  readonly #makesTurns: (item: RolloutItem) => boolean;
  readonly #builder: TurnBuilder;
  readonly #meter = new ResponseMeter<TurnKey>((measured) => this.#take(measured));
  readonly #turns = new Map<number | string, TurnUsage>();
  /** Of what `uncounted` is made up. */
  readonly #uncounted = new Map<TurnKey, TokenUsage>();
  #lastRecordIn: TurnKey;
  /** The highest place of a turn that something is known of. */
  #highest = -1;
  #rollbacks: Rollback[] = [];
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
          const { total_tokens: contextTokens } = item.info.last_token_usage;
          const contextWindow = item.info.model_context_window;
          this.#lastRecordIn = this.#change((turn) => ({ ...turn, contextTokens, contextWindow }));
          this.#meter.count(item.info, this.#lastRecordIn);
        }
        break;
      case 'token_usage_record':
        this.#meter.record(item, this.#turnHere());
        break;
      case 'turn_context':
        this.#change((turn) => ({ ...turn, model: item.model }));
        break;
      case 'compacted':
        this.#change((turn) => ({ ...turn, compacted: true }));
        this.#meter.compacted();
        break;
      case 'thread_rolled_back':
        if (counts && !this.#isPaginated) this.#takeBack();
        break;
      default:
    }
  }

  /** The history is at its end. */
  finish(): void {
    this.#meter.finish();
  }

  /** What the records in a turn say; `place`: its place among the turns of the thread. */
  usageOf({ id }: Turn, place: number): TurnUsage {
    return this.#turns.get(this.#isPaginated ? id : place) ?? empty;
  }

  /** Whether the last record with usage stands in a turn. */
  holdsLastRecord({ id }: Turn, place: number): boolean {
    return this.#lastRecordIn === (this.#isPaginated ? id : place);
  }

  /** What there is to say of the whole; `turns`: those of the thread. */
  totals(turns: readonly Turn[]): DividedUsage {
    const shown = turns.map(({ id }, place) => this.#uncounted.get(this.#isPaginated ? id : place) ?? noTokens);
    const uncounted = shown.reduce(plus, noTokens);
    return {
      rolledBack: this.#rollbacks.reduce((sum, { usage }) => plus(sum, usage), noTokens),
      rollbacks: this.#rollbacks,
      inNoTurn: this.#inNoTurn,
      last: this.#last,
      uncounted,
      counterResets: this.#meter.resets,
    };
  }

  #take({ rule, spentAt: key, usage }: Measured<TurnKey>): void {
    if (!usageRules[rule].counts) return;
    if (rule === 'only-recorded') this.#uncounted.set(key, plus(this.#uncounted.get(key) ?? noTokens, usage));
    if (key === undefined) {
      this.#inNoTurn = plus(this.#inNoTurn, usage);
      return;
    }
    const turn = this.#turns.get(key) ?? empty;
    this.#turns.set(key, { ...turn, ownUsage: plus(turn.ownUsage ?? noTokens, usage) });
  }

  #turnHere(): TurnKey {
    const turn = this.#builder.turnHere();
    return this.#isPaginated ? turn?.id : turn?.position;
  }

  /** Changes what is known of the turn that is open now, or was finished last. @returns which that is, if there is one */
  #change(change: (turn: TurnUsage) => TurnUsage): TurnKey {
    const key = this.#turnHere();
    if (key === undefined) return undefined;
    if (typeof key === 'number') this.#highest = Math.max(this.#highest, key);
    this.#turns.set(key, change(this.#turns.get(key) ?? empty));
    return key;
  }

  #takeBack(): void {
    const left = (this.#builder.turnHere()?.position ?? -1) + 1;
    // Those behind turns that are taken back now had undone what stood behind them.
    const behind = this.#rollbacks.filter(({ turnsBefore }) => turnsBefore >= left);
    let usage = behind.reduce((sum, rollback) => plus(sum, rollback.usage), noTokens);
    for (let place = this.#highest; place >= left; place--) {
      usage = plus(usage, this.#turns.get(place)?.ownUsage ?? noTokens);
      this.#turns.delete(place);
      if (this.#lastRecordIn === place) this.#lastRecordIn = undefined;
    }
    this.#highest = left - 1;
    this.#rollbacks = [...this.#rollbacks.filter((each) => !behind.includes(each)), { turnsBefore: left, usage }];
  }
}
