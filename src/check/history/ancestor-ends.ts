import { historyBaseOf, type SessionMeta } from '../../codex/records/session-meta.ts';
import type { CodexVersion } from '../../codex/version.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';

type HistoryBase = NonNullable<SessionMeta['history_base']>;

/** What was read of one rollout, as far as its descendant says. */
interface Part {
  readonly path: string;
  /** What its descendant says of it; null for the rollout that is checked. */
  readonly due: HistoryBase | null;
  /** What it says of its own ancestor. */
  base: HistoryBase | null;
  isHeaded: boolean;
  lastOrdinal: bigint;
  /** Lines without an ordinal since then. */
  skipped: bigint;
  /** Whether the last line is cut, so that it is none. */
  isCut: boolean;
}

/** Whether the ancestors of a paginated fork still hold, up to where it refers to them, what they held when it was made. */
export class AncestorEnds {
  /** In words what is wrong. */
  readonly problems: string[] = [];
  readonly #version: CodexVersion;
  #part: Part;

  constructor(path: string, version: CodexVersion) {
    this.#version = version;
    this.#part = part(path, null);
  }

  /** A line of the rollout or of an ancestor. `record`: null for a blank line. */
  see(path: string, { terminated }: Line, record: RolloutRecord | null): void {
    if (path !== this.#part.path) {
      this.#conclude();
      this.#part = part(path, this.#part.base);
    }
    const read = this.#part;
    if (!record) return;
    if (!('ordinal' in record)) {
      read.skipped++;
      read.isCut = !terminated;
      return;
    }
    if (!read.isHeaded) {
      read.isHeaded = true;
      read.base = record.kind === 'session_meta' ? historyBaseOf(record.meta, this.#version) : null;
      read.lastOrdinal = (read.base?.end_ordinal_exclusive ?? 0n) - 1n;
    }
    if (record.ordinal === null) return;
    read.lastOrdinal = record.ordinal;
    read.skipped = 0n;
  }

  /** An ancestor holds less than its descendant says. The `\n` of a line that is whole may be missing: it counts anyway. */
  short(path: string, bytes: number, wanted: number): void {
    if (bytes === wanted - 1 && path === this.#part.path && !this.#part.isCut) return;
    this.problems.push(`its history goes up to byte ${wanted} of ${path}, which has only ${bytes}`);
    if (path === this.#part.path) this.#part = { ...part(path, null), base: this.#part.base };
  }

  /** There are no more lines. */
  end(): void {
    this.#conclude();
    const { base } = this.#part;
    if (base?.end_byte_offset !== 0n || base.end_ordinal_exclusive === 0n) return;
    this.problems.push(`its history goes up to byte 0 of thread ${base.thread_id}, and so holds no record of it`);
  }

  #conclude(): void {
    const { path, due, lastOrdinal, skipped, isCut } = this.#part;
    if (!due) return;
    const upTo = `its history goes up to byte ${due.end_byte_offset} of ${path}`;
    const last = due.end_ordinal_exclusive - 1n;
    if (isCut) this.problems.push(`${upTo}, which is in the middle of a line`);
    else if (lastOrdinal > last || lastOrdinal + skipped < last)
      this.problems.push(`${upTo} and ordinal ${last}, but ordinal ${lastOrdinal} is the last one there`);
  }
}

function part(path: string, due: HistoryBase | null): Part {
  return { path, due, base: null, isHeaded: false, lastOrdinal: -1n, skipped: 0n, isCut: false };
}
