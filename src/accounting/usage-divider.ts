import type { Era } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import { isKept } from '../lifecycle/facts.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { KnownIds } from '../turns/known-ids.ts';
import type { LazyList } from '../turns/lazy-list.ts';
import type { Turn } from '../turns/turn.ts';
import { TurnBuilder } from '../turns/turn-builder.ts';
import { TurnIds } from '../turns/turn-ids.ts';
import { type Measured, ResponseMeter } from './response-meter.ts';
import { noTokens, plus } from './token-sums.ts';
import { type TurnUsage, TurnUsages } from './turn-usages.ts';
import { usageRules } from './usage-rule.ts';

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

const nothing: TurnUsage = { ownUsage: null, contextTokens: null, contextWindow: null, model: null, compacted: false };

/** The items that a paginated thread's turns are made of (docs/codex.md 6.4). */
const projected: ReadonlySet<RolloutItem['kind']> = new Set(['task_started', 'task_complete', 'turn_aborted']);

/** A turn by its place, in a paginated thread that of the first one with its id. Undefined: no turn. */
type TurnKey = number | undefined;

/**
 * Divides the usage of a history among its turns while it is read. A record belongs to the turn that is open at it, else
 * to the one that was finished last before it, else to none; `ResponseMeter` says what it adds.
 */
export class UsageDivider implements HistoryVisitor {
  readonly #isPaginated: boolean;
  readonly #makesTurns: (item: RolloutItem) => boolean;
  readonly #builder: TurnBuilder;
  readonly #meter = new ResponseMeter<TurnKey>((measured) => this.#take(measured));
  readonly #turns = new TurnUsages();
  /** Of what `uncounted` is made up. */
  readonly #uncounted = new Map<TurnKey, TokenUsage>();
  #lastRecordIn: TurnKey;
  /** The highest place of a turn that something is known of. */
  #highest = -1;
  /** In the order of the thread. */
  readonly #rollbacks: Rollback[] = [];
  #inNoTurn = noTokens;
  #last: TokenUsage | null = null;

  constructor(isPaginated: boolean, era: Era, known: KnownIds) {
    this.#isPaginated = isPaginated;
    this.#builder = new TurnBuilder(era, new TurnIds(known));
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
          const { total_tokens: tokens } = item.info.last_token_usage;
          const key = this.#noted();
          this.#lastRecordIn = key;
          if (key !== undefined) this.#turns.setContext(key, tokens, item.info.model_context_window);
          this.#meter.count(item.info, key);
        }
        break;
      case 'token_usage_record':
        this.#meter.record(item, this.#turnHere());
        break;
      case 'turn_context': {
        const key = this.#noted();
        if (key !== undefined) this.#turns.setModel(key, item.model);
        break;
      }
      case 'compacted': {
        const key = this.#noted();
        if (key !== undefined) this.#turns.setCompacted(key);
        this.#meter.compacted();
        break;
      }
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
  usageOf(turn: Turn, place: number): TurnUsage {
    const key = this.#keyOf(turn, place);
    return key === undefined ? nothing : this.#turns.at(key);
  }

  /** Whether the last record with usage stands in a turn. */
  holdsLastRecord(turn: Turn, place: number): boolean {
    return this.#lastRecordIn !== undefined && this.#lastRecordIn === this.#keyOf(turn, place);
  }

  /** What there is to say of the whole; `turns`: those of the thread. */
  totals(turns: LazyList<Turn>): DividedUsage {
    let uncounted = noTokens;
    for (const usage of this.#uncounted.size === 0 ? [] : turns.map((turn, place) => this.#uncountedOf(turn, place)))
      uncounted = plus(uncounted, usage);
    return {
      rolledBack: this.#rollbacks.reduce((sum, { usage }) => plus(sum, usage), noTokens),
      rollbacks: this.#rollbacks,
      inNoTurn: this.#inNoTurn,
      last: this.#last,
      uncounted,
      counterResets: this.#meter.resets,
    };
  }

  #uncountedOf(turn: Turn, place: number): TokenUsage {
    const key = this.#keyOf(turn, place);
    return (key === undefined ? undefined : this.#uncounted.get(key)) ?? noTokens;
  }

  #keyOf({ id }: { readonly id: string }, place: number): TurnKey {
    return this.#isPaginated ? this.#builder.placeOf(id) : place;
  }

  #take({ rule, spentAt: key, usage }: Measured<TurnKey>): void {
    if (!usageRules[rule].counts) return;
    if (rule === 'only-recorded') this.#uncounted.set(key, plus(this.#uncounted.get(key) ?? noTokens, usage));
    if (key === undefined) {
      this.#inNoTurn = plus(this.#inNoTurn, usage);
      return;
    }
    this.#turns.add(key, usage);
  }

  #turnHere(): TurnKey {
    const turn = this.#builder.turnHere();
    return turn ? this.#keyOf(turn, turn.position) : undefined;
  }

  /** The turn of which something is known from here on. */
  #noted(): TurnKey {
    const key = this.#turnHere();
    if (key !== undefined) this.#highest = Math.max(this.#highest, key);
    return key;
  }

  #takeBack(): void {
    const left = (this.#builder.turnHere()?.position ?? -1) + 1;
    // Those behind turns that are taken back now had undone what stood behind them.
    let usage = noTokens;
    for (let last = this.#rollbacks.at(-1); last && last.turnsBefore >= left; last = this.#rollbacks.at(-1)) {
      usage = plus(usage, last.usage);
      this.#rollbacks.pop();
    }
    for (let place = this.#highest; place >= left; place--) {
      usage = plus(usage, this.#turns.at(place).ownUsage ?? noTokens);
      this.#turns.clear(place);
      if (this.#lastRecordIn === place) this.#lastRecordIn = undefined;
    }
    this.#highest = left - 1;
    this.#rollbacks.push({ turnsBefore: left, usage });
  }
}
