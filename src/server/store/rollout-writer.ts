import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { jsonText } from '../../json/json-text.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { outsideHome } from '../request-error.ts';

/** A line to be written: what stands behind its timestamp and its ordinal. */
export interface NewRecord {
  readonly type: string;
  readonly payload: JsonObject;
}

/** Where a rollout ends, and goes on. */
export interface RolloutEnd {
  /** The ordinal of the next line; null in a legacy rollout, whose lines have none. */
  readonly nextOrdinal: bigint | null;
  /** What must stand before the next line: `\n` where the last one was not ended. */
  readonly before: '' | '\n';
}

/** Writes lines at the end of one rollout, each with the time and, in a paginated one, the next ordinal. */
export class RolloutWriter {
  readonly path: string;
  #end: RolloutEnd | null;
  #first: readonly NewRecord[];

  /**
   * `end`: of what stands at `path` already; null when that is outside the home, and not to be written to. `first`:
   * lines that are written before the first `append`, since a new rollout comes into being with its first turn.
   */
  constructor(path: string, end: RolloutEnd | null, first: readonly NewRecord[] = []) {
    this.path = path;
    this.#end = end;
    this.#first = first;
  }

  get isWritable(): boolean {
    return this.#end !== null;
  }

  /** Writes all of `records`, at once. @throws {RequestError} when it is not writable, or the system's error */
  async append(records: readonly NewRecord[]): Promise<void> {
    if (!this.#end) throw outsideHome(this.path);
    if (this.#first.length > 0) await mkdir(dirname(this.path), { recursive: true });
    const all = [...this.#first, ...records];
    const { nextOrdinal, before } = this.#end;
    const lines = all.map((record, i) => lineOf(record, nextOrdinal === null ? null : nextOrdinal + BigInt(i)));
    await appendFile(this.path, `${before}${lines.join('')}`);
    this.#first = [];
    this.#end = { nextOrdinal: nextOrdinal === null ? null : nextOrdinal + BigInt(all.length), before: '' };
  }
}

/** The line of a record, with its line end; `ordinal`: null for none. */
export function lineOf({ type, payload }: NewRecord, ordinal: bigint | null): string {
  const timestamp = new Date().toISOString();
  return `${jsonText({ timestamp, ...(ordinal === null ? {} : { ordinal }), type, payload })}\n`;
}
