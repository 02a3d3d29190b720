import type { RolloutItem } from '../rollout/records/record.ts';
import { namedTurn } from '../turns/turn-projection.ts';
import type { LifecycleParams } from './outcome.ts';

/**
 * Tells which items of the source belong to a fork that is cut at a turn (docs/codex.md 8.5): for `beforeTurnId` what
 * stands before the turn; for `lastTurnId` a legacy thread up to the next turn, a paginated one up to the turn's end.
 */
export class ForkPrefix {
  readonly #before: string | undefined;
  readonly #last: string | undefined;
  readonly #isPaginated: boolean;
  #isInLast = false;
  #isOver = false;

  constructor({ lastTurnId, beforeTurnId }: LifecycleParams, isPaginated: boolean) {
    this.#before = beforeTurnId;
    this.#last = lastTurnId;
    this.#isPaginated = isPaginated;
  }

  /** Whether the next item belongs to the fork. */
  takes(item: RolloutItem): boolean {
    if (this.#isOver) return false;
    const turn = namedTurn(item);
    if (!turn) return true;
    if (turn.id === this.#before) this.#isOver = true;
    if (this.#last !== undefined && !this.#isPaginated && item.kind === 'task_started') {
      if (this.#isInLast) this.#isOver = true;
      this.#isInLast ||= turn.id === this.#last;
    }
    if (this.#isOver) return false;
    // The end of the turn is the last that belongs to the fork.
    if (this.#isPaginated && turn.id === this.#last && turn.status !== 'inProgress') this.#isOver = true;
    return true;
  }
}
