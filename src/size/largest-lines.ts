/** Where a long line stands. */
export interface LargeLine {
  readonly byteOffset: number;
  /** Its line end counts. */
  readonly bytes: number;
  readonly kind: string;
}

const NAMED = 10;

/** Remembers the longest lines of a rollout. */
export class LargestLines {
  #lines: LargeLine[] = [];
  #shortest = 0;

  add(byteOffset: number, bytes: number, kind: string): void {
    if (bytes <= this.#shortest) return;
    const lines = [...this.#lines, { byteOffset, bytes, kind }];
    this.#lines = lines.sort((a, b) => b.bytes - a.bytes || a.byteOffset - b.byteOffset).slice(0, NAMED);
    if (this.#lines.length === NAMED) this.#shortest = this.#lines.at(-1)?.bytes ?? 0;
  }

  /** The longest first. */
  all(): readonly LargeLine[] {
    return this.#lines;
  }
}
