import { type FindingList, type Place, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** A record whose context window neither its turn nor a neighbour has. */
interface Doubtful {
  readonly window: bigint | null;
  /** What its turn has. */
  readonly expected: bigint;
  readonly place: Place;
}

/** Records with usage whose context window is another one than their turn, the record before and the one behind have. */
export class WindowSizes implements LineCheck {
  readonly #findings: FindingList;
  /** Of the turn that began last. */
  #ofTurn: bigint | null = null;
  /** Of the record before; undefined when there is none. */
  #before: bigint | null | undefined;
  #doubtful: Doubtful | null = null;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    if (record.kind === 'task_started') this.#ofTurn = record.model_context_window;
    if (record.kind !== 'token_count' || !record.info) return;
    const { model_context_window: window } = record.info;
    if (this.#doubtful?.window !== window) this.end();
    this.#doubtful = null;
    if (this.#ofTurn !== null && window !== this.#ofTurn && window !== this.#before)
      this.#doubtful = { window, expected: this.#ofTurn, place };
    this.#before = window;
  }

  end(): void {
    if (!this.#doubtful) return;
    const { window, expected, place } = this.#doubtful;
    const message = `model_context_window is ${window}, but its turn says ${expected}, and no record beside it says ${window}`;
    this.#findings.add(
      rawFinding('window-differs-once', message, place, { expected: `${expected}`, actual: `${window}` }),
    );
  }
}
