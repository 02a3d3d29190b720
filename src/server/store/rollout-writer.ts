import { jsonText } from '../../json/json-text.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { now } from '../clock.ts';
import { internalError, outsideHome } from '../request-error.ts';
import { appendWhole } from './append-whole.ts';
import { writeNewRollout } from './new-rollout.ts';
import { type RolloutEnd, rolloutEnd } from './rollout-end.ts';

/** A line to be written: what stands behind its timestamp and its ordinal. */
export interface NewRecord {
  readonly type: string;
  readonly payload: JsonObject;
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

  /** Whether it is on disk. */
  get isWritten(): boolean {
    return this.#first.length === 0;
  }

  /**
   * Writes `records`, all of them or none. @throws {RequestError} when it is not writable, or ends in the middle of a
   * line; or the system's error
   */
  async append(records: readonly NewRecord[]): Promise<void> {
    if (!this.#end) throw outsideHome(this.path);
    const all = [...this.#first, ...records];
    const size = this.isWritten ? await this.#appendTo(this.#end, all) : await this.#begin(this.#end, all);
    this.#first = [];
    this.#end = { nextOrdinal: ordinalAfter(this.#end, all.length), before: '', size };
  }

  #begin({ nextOrdinal }: RolloutEnd, records: readonly NewRecord[]): Promise<number> {
    return writeNewRollout(this.path, async (write) => write(linesOf(records, nextOrdinal)));
  }

  async #appendTo(known: RolloutEnd, records: readonly NewRecord[]): Promise<number> {
    const textAfter = async (size: number) => {
      // Somebody else has written to it, or what we wrote last could not be cut off.
      const isAsKnown = known.size === undefined || known.size === size;
      this.#end = isAsKnown ? known : await rolloutEnd(this.path, known.nextOrdinal !== null);
      const { nextOrdinal, before } = this.#end;
      if (before === null)
        throw internalError(`${this.path} ends in the middle of a line: nothing is written behind it`);
      return `${before}${linesOf(records, nextOrdinal)}`;
    };
    try {
      return await appendWhole(this.path, textAfter);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? outsideHome(this.path) : error;
    }
  }
}

function linesOf(records: readonly NewRecord[], nextOrdinal: bigint | null): string {
  return records.map((record, i) => lineOf(record, nextOrdinal === null ? null : nextOrdinal + BigInt(i))).join('');
}

function ordinalAfter({ nextOrdinal }: RolloutEnd, lines: number): bigint | null {
  return nextOrdinal === null ? null : nextOrdinal + BigInt(lines);
}

/** The line of a record, with its line end; `ordinal`: null for none. */
export function lineOf({ type, payload }: NewRecord, ordinal: bigint | null): string {
  const timestamp = new Date(now()).toISOString();
  return `${jsonText({ timestamp, ...(ordinal === null ? {} : { ordinal }), type, payload })}\n`;
}
