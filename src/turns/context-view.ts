import type { TurnRules } from '../codex/era.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { LazyList } from './lazy-list.ts';
import type { Turn } from './turn.ts';
import { TurnBuilder, type UsageOwner } from './turn-builder.ts';
import type { TurnIds } from './turn-ids.ts';
import type { TurnTable } from './turn-table.ts';

/**
 * What can be said of the records that are read for the model: the usage they restore, whose it is, and whether they end
 * inside a turn. It takes the records one by one and keeps none.
 */
export class ContextView {
  readonly #turns: TurnBuilder;
  #usage: TokenUsageInfo | null = null;
  #owner: UsageOwner | null = null;
  #spender: UsageOwner | null = null;
  /** Messages of the user that no rollback undid: how many stand before the last end of a turn, and how many behind it. */
  #messagesBefore = 0;
  #messagesSince = 0;

  /**
   * @param kept takes the turns that these records make, where they are asked for, else only their ids
   * @param firstIndex how many items stand in front of the first one that is added
   */
  constructor(rules: TurnRules, kept: TurnTable | TurnIds, firstIndex = 0) {
    this.#turns = new TurnBuilder(rules, kept, firstIndex);
  }

  add(item: RolloutItem): void {
    switch (item.kind) {
      case 'token_count':
        this.#usage = item.info ?? this.#usage;
        this.#owner = this.#turns.owner();
        if (item.info) this.#spender = this.#owner;
        break;
      case 'response_item':
        if (item.is_user_message) this.#messagesSince++;
        break;
      case 'thread_rolled_back':
        this.#takeMessagesBack(Number(item.num_turns));
        break;
      case 'task_complete':
      case 'turn_aborted':
        this.#messagesBefore += this.#messagesSince;
        this.#messagesSince = 0;
        break;
      default:
    }
    this.#turns.add(item);
  }

  /** The `info` of the last `token_count` that has one (docs/codex.md 4.1). */
  get usage(): TokenUsageInfo | null {
    return this.#usage;
  }

  /** Where the last `token_count` stands among the turns, whatever its `info` is (7.1); null when there is none. */
  get owner(): UsageOwner | null {
    return this.#owner;
  }

  /** Where the record stands that the usage comes from; null when there is none. */
  get spender(): UsageOwner | null {
    return this.#spender;
  }

  /** The turns that these records make. None without a table. */
  turns(): LazyList<Turn> {
    return this.#turns.turns();
  }

  /**
   * The turn that a fork of these records has to end (6.5): an explicit one that has not ended, or, without an open
   * turn, whatever the last message of the user began. Null when nothing has to be ended.
   */
  unfinishedTurn(): { readonly turnId: string | null } | null {
    const open = this.#turns.openExplicitTurn();
    if (open) return open.status === 'inProgress' ? { turnId: open.id } : null;
    return this.#messagesSince > 0 ? { turnId: null } : null;
  }

  #takeMessagesBack(count: number): void {
    const since = Math.min(this.#messagesSince, count);
    this.#messagesSince -= since;
    this.#messagesBefore -= Math.min(this.#messagesBefore, count - since);
  }
}
