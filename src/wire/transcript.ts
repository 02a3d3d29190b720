import type { JsonValue } from '../json/json-value.ts';

/** How many characters are kept of what is no JSON. */
export const UNREADABLE_SHOWN = 200;

/**
 * Who holds a connection: in a replay `client`, whose requests are judged, and `observer`, which must not be told the
 * usage; of a tap `c1`, `c2` and so on.
 */
export type ConnectionName = string;

/** A message as it went over the wire. */
export interface TranscriptEntry {
  /** Its place in the order over all connections, from 1. */
  readonly seq: number;
  /** Milliseconds since the transcript began. */
  readonly atMs: number;
  readonly connection: ConnectionName;
  readonly direction: 'sent' | 'received';
  /** The JSON text's value; what is no JSON is a string, cut to `UNREADABLE_SHOWN` characters. */
  readonly message: JsonValue;
  /** What is wrong with it as a message of the protocol; missing when nothing is. */
  readonly problem?: string;
}

/** What went over the wire, in order. */
export class Transcript {
  readonly entries: TranscriptEntry[] = [];
  readonly #startedAt: number;
  readonly #now: () => number;
  readonly #listeners = new Set<(entry: TranscriptEntry) => void>();

  /** `now`: a clock in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** Milliseconds since the transcript began, to the microsecond. */
  get nowMs(): number {
    return Math.round((this.#now() - this.#startedAt) * 1_000) / 1_000;
  }

  add(entry: Omit<TranscriptEntry, 'seq' | 'atMs'>): void {
    const complete = { seq: this.entries.length + 1, atMs: this.nowMs, ...entry };
    this.entries.push(complete);
    for (const listener of this.#listeners) listener(complete);
  }

  /** Calls `listener` for each entry from now on. Returns how to stop it. */
  listen(listener: (entry: TranscriptEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
