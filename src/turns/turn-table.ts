import { LazyList } from './lazy-list.ts';
import { NumberColumns } from './number-columns.ts';
import { TimestampColumns } from './timestamp-columns.ts';
import type { Turn, TurnStatus } from './turn.ts';
import { TurnIds } from './turn-ids.ts';

const statuses: readonly TurnStatus[] = ['completed', 'interrupted', 'failed', 'inProgress'];
const EXPLICIT = 4;
const COMPACTED = 8;

/** Turns in their order, kept in columns: a rollout may have millions, and an object for each takes several times as much. */
export class TurnTable {
  readonly ids: TurnIds = new TurnIds();
  /** When it started and ended and how long it took; and its status, and whether it is explicit and compacted. */
  readonly #numbers = new NumberColumns(4);
  /** When its first and its last line were written. */
  readonly #written = new TimestampColumns(2);

  get length(): number {
    return this.ids.length;
  }

  push(turn: Turn): void {
    this.ids.push(turn.id);
    this.set(this.length - 1, turn);
  }

  /** Writes anew what is said of the turn at `place`, but for its id. */
  set(place: number, turn: Turn): void {
    this.#numbers.set(place, 0, turn.startedAt);
    this.#numbers.set(place, 1, turn.completedAt);
    this.#numbers.set(place, 2, turn.durationMs);
    this.#numbers.set(place, 3, BigInt(marksOf(turn)));
    this.#written.set(place, 0, turn.firstLineAt);
    this.#written.set(place, 1, turn.lastLineAt);
  }

  /** The turn at a place that there is. */
  at(place: number): Turn {
    const marks = Number(this.#numbers.get(place, 3));
    return {
      id: this.ids.at(place),
      explicit: (marks & EXPLICIT) !== 0,
      status: statuses[marks & 3] as TurnStatus,
      startedAt: this.#numbers.get(place, 0),
      completedAt: this.#numbers.get(place, 1),
      durationMs: this.#numbers.get(place, 2),
      compacted: (marks & COMPACTED) !== 0,
      firstLineAt: this.#written.get(place, 0),
      lastLineAt: this.#written.get(place, 1),
    };
  }

  /** The first turn with this id. */
  find(id: string): Turn | undefined {
    const place = this.ids.placeOf(id);
    return place === undefined ? undefined : this.at(place);
  }

  /** Takes away the turns from `length` on. */
  truncate(length: number): void {
    this.ids.truncate(length);
  }

  /** The turns that are there now. */
  turns(): LazyList<Turn> {
    return new LazyList(this.length, (place) => this.at(place));
  }
}

function marksOf({ explicit, status, compacted }: Turn): number {
  return statuses.indexOf(status) | (explicit ? EXPLICIT : 0) | (compacted ? COMPACTED : 0);
}
