import { type FindingList, type RawFinding, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** How many turns are remembered until it is known whether a later one has usage. */
const REMEMBERED = 100;

/** Turns that the model answered, without usage, between turns that have some. */
export class TurnsWithoutCount implements LineCheck {
  readonly #findings: FindingList;
  #turnId: string | null = null;
  /** Set when the turn has ended and has no usage. */
  #lacking: RawFinding | null = null;
  #isCounted = false;
  /** Whether a turn before has usage. */
  #isAnyCounted = false;
  readonly #waiting: RawFinding[] = [];

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    if (record.kind === 'token_count' && record.info) this.#count();
    if (record.kind === 'task_started') {
      this.#wait();
      this.#turnId = record.turn_id;
      this.#isCounted = false;
    }
    if (record.kind !== 'task_complete' || record.turn_id !== this.#turnId || this.#isCounted) return;
    if (!record.answered || record.failed || !this.#isAnyCounted) return;
    const message = `the model answered in turn ${record.turn_id}, but no usage stands in it`;
    this.#lacking = rawFinding('turn-without-count', message, place);
  }

  /** Usage in a turn, or right behind it. */
  #count(): void {
    if (this.#turnId === null) return;
    this.#isCounted = true;
    this.#isAnyCounted = true;
    this.#lacking = null;
    for (const finding of this.#waiting.splice(0)) this.#findings.add(finding);
  }

  /** The turn is over. */
  #wait(): void {
    if (this.#lacking && this.#waiting.length < REMEMBERED) this.#waiting.push(this.#lacking);
    this.#lacking = null;
  }
}
