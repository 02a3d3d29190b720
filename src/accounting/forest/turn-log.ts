import type { RolloutItem } from '../../rollout/records/record.ts';

/** A turn as accounting knows it. It changes while its rollout is read. */
export interface LoggedTurn {
  /** Null for a turn that no record names. */
  readonly id: string | null;
  /** The model of its turn_context; null when it has none. */
  model: string | null;
  /** A rollback took it back. */
  isRolledBack: boolean;
  /** Its responses so far that brought usage; since its last compaction, if there is one. */
  responses: number;
  /** Where a record stands that came with a response whose usage has not come yet; null when there is none. */
  waitingAt: number | null;
  /** That record may not be one: only the history before tells whether it repeats a total. */
  isWaitingUnsure: boolean;
}

/**
 * Follows the turns of one rollout, as far as it matters who spent what: named turns begin and end by their events, and in
 * rollouts that name none each message of the user begins one.
 */
export class TurnLog {
  readonly #isPaginated: boolean;
  #turns: LoggedTurn[] = [];
  #isOpen = false;

  constructor(isPaginated: boolean) {
    this.#isPaginated = isPaginated;
  }

  /** The turn that a record at this place belongs to: the open one, else the last one. */
  get here(): LoggedTurn | null {
    return this.#turns.at(-1) ?? null;
  }

  /** @returns the turn that ended with this record, if one did */
  add(item: RolloutItem): LoggedTurn | null {
    switch (item.kind) {
      case 'task_started':
        this.#begin(item.turn_id);
        return null;
      case 'user_message':
        if (!this.#isOpen || this.here?.id === null) this.#begin(null);
        return null;
      case 'task_complete':
      case 'turn_aborted':
        this.#isOpen = false;
        return this.#turns.findLast(({ id }) => id === item.turn_id) ?? this.here;
      case 'thread_rolled_back':
        if (!this.#isPaginated) this.#takeBack(Number(item.num_turns));
        return null;
      default:
        return null;
    }
  }

  #begin(id: string | null): void {
    this.#turns.push({ id, model: null, isRolledBack: false, responses: 0, waitingAt: null, isWaitingUnsure: false });
    this.#isOpen = true;
  }

  #takeBack(count: number): void {
    for (const turn of this.#turns.splice(Math.max(0, this.#turns.length - count))) turn.isRolledBack = true;
    this.#isOpen = false;
  }
}
