import type { HistoryBase } from '../../codex/records/session-meta.ts';
import type { Segment } from '../../history/thread-history.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';

/** Whether the ancestors of a paginated thread still hold, up to where it refers to them, what they held when it was made. */
export class AncestorEnds {
  /** In words what is wrong. */
  readonly problems: string[] = [];
  #lastOrdinal = -1n;
  /** Lines without an ordinal since then. */
  #skipped = 0n;
  /** Whether the last line is cut, so that it is none. */
  #isCut = false;

  begin({ base }: Segment): void {
    this.#lastOrdinal = (base?.end_ordinal_exclusive ?? 0n) - 1n;
    this.#skipped = 0n;
    this.#isCut = false;
  }

  /** A line of the rollout that was begun last. */
  see({ terminated }: Line, record: RolloutRecord): void {
    if (!('ordinal' in record)) {
      this.#skipped++;
      this.#isCut = !terminated;
      return;
    }
    this.#isCut = false;
    if (record.ordinal === null) return;
    this.#lastOrdinal = record.ordinal;
    this.#skipped = 0n;
  }

  /** An ancestor is at its end, of which `bytes` were there. `due`: what its descendant says of it. */
  end({ path }: Segment, bytes: number, due: HistoryBase): void {
    const upTo = `its history goes up to byte ${due.end_byte_offset} of ${path}`;
    const wanted = Number(due.end_byte_offset);
    const last = due.end_ordinal_exclusive - 1n;
    if (wanted === 0 && last >= 0n) this.problems.push(`${upTo}, and so holds no record of it`);
    // The line end of a line that is whole may be missing: it counts anyway.
    else if (bytes < wanted && !(bytes === wanted - 1 && !this.#isCut))
      this.problems.push(`${upTo}, which has only ${bytes}`);
    else if (this.#isCut) this.problems.push(`${upTo}, which is in the middle of a line`);
    else if (this.#lastOrdinal > last || this.#lastOrdinal + this.#skipped < last)
      this.problems.push(`${upTo} and ordinal ${last}, but ordinal ${this.#lastOrdinal} is the last one there`);
  }
}
