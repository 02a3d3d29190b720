import { NumberColumn } from './number-column.ts';

/**
 * A column of timestamps as rollouts write them, each of which may be missing. One that is written as Codex writes them, with
 * milliseconds and `Z`, is kept as a number.
 */
export class TimestampColumn {
  readonly #milliseconds = new NumberColumn();
  /** Those that are written otherwise, by their rows. */
  readonly #others = new Map<number, string>();

  /** The text that was set. */
  get(row: number): string | null {
    const milliseconds = this.#milliseconds.get(row);
    return milliseconds === null ? (this.#others.get(row) ?? null) : usualText(milliseconds);
  }

  set(row: number, text: string | null): void {
    const milliseconds = text === null ? Number.NaN : Date.parse(text);
    const isUsual = !Number.isNaN(milliseconds) && usualText(milliseconds) === text;
    this.#milliseconds.set(row, isUsual ? milliseconds : null);
    if (!isUsual && text !== null) this.#others.set(row, text);
    else if (this.#others.size > 0) this.#others.delete(row);
  }
}

const DAY_MS = 86_400_000;
let day = { number: 0, text: '1970-01-01T' };

/** What `Date.toISOString` says, of which making the day anew for each takes most of the time. */
function usualText(milliseconds: number): string {
  const number = Math.floor(milliseconds / DAY_MS);
  if (number !== day.number)
    day = { number, text: new Date(number * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length) };
  const ms = milliseconds - number * DAY_MS;
  const two = (unit: number, most: number) => twoDigits[Math.floor(ms / unit) % most];
  return `${day.text}${two(3_600_000, 24)}:${two(60_000, 60)}:${two(1000, 60)}.${String(ms % 1000).padStart(3, '0')}Z`;
}

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));
