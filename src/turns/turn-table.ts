import { LazyList } from './lazy-list.ts';
import { NumberColumns } from './number-columns.ts';
import { Pages } from './pages.ts';
import type { Turn, TurnStatus } from './turn.ts';
import { TurnIds } from './turn-ids.ts';

const statuses: readonly TurnStatus[] = ['completed', 'interrupted', 'failed', 'inProgress'];
const EXPLICIT = 4;
const COMPACTED = 8;

/** Turns in their order, kept in columns: a rollout may have millions, and an object for each takes several times as much. */
export class TurnTable {
  readonly ids: TurnIds = new TurnIds();
  /** The status, and whether the turn is explicit and compacted. */
  readonly #marks = new Pages<number>();
  readonly #times = new NumberColumns(3);
  readonly #firstLines = new Pages<string | null>();
  readonly #lastLines = new Pages<string | null>();

  get length(): number {
    return this.ids.length;
  }

  push(turn: Turn): void {
    this.ids.push(turn.id);
    this.#marks.push(marksOf(turn));
    this.#firstLines.push(turn.firstLineAt);
    this.#lastLines.push(turn.lastLineAt);
    this.#setTimes(this.length - 1, turn);
  }

  /** Writes anew what is said of the turn at `place`, but for its id. */
  set(place: number, turn: Turn): void {
    this.#marks.set(place, marksOf(turn));
    this.#firstLines.set(place, turn.firstLineAt);
    this.#lastLines.set(place, turn.lastLineAt);
    this.#setTimes(place, turn);
  }

  #setTimes(place: number, { startedAt, completedAt, durationMs }: Turn): void {
    this.#times.set(place, 0, startedAt);
    this.#times.set(place, 1, completedAt);
    this.#times.set(place, 2, durationMs);
  }

  /** The turn at a place that there is. */
  at(place: number): Turn {
    const marks = this.#marks.at(place);
    return {
      id: this.ids.at(place),
      explicit: (marks & EXPLICIT) !== 0,
      status: statuses[marks & 3] as TurnStatus,
      startedAt: this.#times.get(place, 0),
      completedAt: this.#times.get(place, 1),
      durationMs: this.#times.get(place, 2),
      compacted: (marks & COMPACTED) !== 0,
      firstLineAt: this.#firstLines.at(place),
      lastLineAt: this.#lastLines.at(place),
    };
  }

  /** The first turn with this id. */
  find(id: string): Turn | undefined {
    const place = this.ids.placeOf(id);
    return place === undefined ? undefined : this.at(place);
  }

  /** Takes away the turns from `length` on. */
  truncate(length: number): void {
    for (const column of [this.ids, this.#marks, this.#firstLines, this.#lastLines]) column.truncate(length);
  }

  /** The turns that are there now. */
  turns(): LazyList<Turn> {
    return new LazyList(this.length, (place) => this.at(place));
  }
}

function marksOf({ explicit, status, compacted }: Turn): number {
  return statuses.indexOf(status) | (explicit ? EXPLICIT : 0) | (compacted ? COMPACTED : 0);
}
