import { CountColumn } from './count-column.ts';
import type { KnownIds } from './known-ids.ts';
import { LazyList } from './lazy-list.ts';
import { NumberColumn } from './number-column.ts';
import { TimestampColumn } from './timestamp-column.ts';
import type { Turn, TurnStatus } from './turn.ts';
import { TurnIds } from './turn-ids.ts';

const statuses: readonly TurnStatus[] = ['completed', 'interrupted', 'failed', 'inProgress'];
const EXPLICIT = 4;
const COMPACTED = 8;

/** Turns in their order, kept in columns: a rollout may have millions, and an object for each takes several times as much. */
export class TurnTable {
  readonly ids: TurnIds;
  readonly #startedAt = new CountColumn();
  readonly #completedAt = new CountColumn();
  readonly #durationMs = new CountColumn();
  /** Its status, and whether it is explicit and compacted. */
  readonly #marks = new NumberColumn();
  readonly #firstLineAt = new TimestampColumn();
  readonly #lastLineAt = new TimestampColumn();

  constructor(known?: KnownIds) {
    this.ids = new TurnIds(known);
  }

  get length(): number {
    return this.ids.length;
  }

  push(turn: Turn): void {
    this.ids.push(turn.id);
    this.set(this.length - 1, turn);
  }

  /** Writes anew what is said of the turn at `place`, but for its id. */
  set(place: number, turn: Turn): void {
    this.#startedAt.set(place, turn.startedAt);
    this.#completedAt.set(place, turn.completedAt);
    this.#durationMs.set(place, turn.durationMs);
    this.#marks.set(place, marksOf(turn));
    this.#firstLineAt.set(place, turn.firstLineAt);
    this.#lastLineAt.set(place, turn.lastLineAt);
  }

  /** The turn at a place that there is. */
  at(place: number): Turn {
    const marks = this.#marks.get(place) as number;
    return {
      id: this.ids.at(place),
      explicit: (marks & EXPLICIT) !== 0,
      status: statuses[marks & 3] as TurnStatus,
      startedAt: this.#startedAt.get(place),
      completedAt: this.#completedAt.get(place),
      durationMs: this.#durationMs.get(place),
      compacted: (marks & COMPACTED) !== 0,
      firstLineAt: this.#firstLineAt.get(place),
      lastLineAt: this.#lastLineAt.get(place),
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
