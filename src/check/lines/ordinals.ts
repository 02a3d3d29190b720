import { eraOf } from '../../codex/era.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { type FindingList, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** The ordinals of a paginated rollout, which count its records: those of a fork go on from its parent's. */
export class Ordinals implements LineCheck {
  readonly #findings: FindingList;
  /** Whether this version reads them. */
  readonly #areRead: boolean;
  #isPaginated = false;
  #last: bigint | null = null;
  /** Lines without a record since then: these may have had the ordinals that are missing. */
  #skipped = 0n;

  constructor(version: CodexVersion, findings: FindingList) {
    this.#areRead = eraOf(version).paginated === 'followed';
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    if (
      record.kind === 'session_meta' &&
      this.#areRead &&
      !this.#isPaginated &&
      record.meta.history_mode === 'paginated'
    ) {
      this.#isPaginated = true;
      this.#last = (record.meta.history_base?.end_ordinal_exclusive ?? 0n) - 1n;
      this.#skipped = 0n;
    }
    if (!this.#isPaginated || this.#last === null) return;
    if (!('ordinal' in record)) {
      this.#skipped++;
      return;
    }
    const next = this.#last + 1n;
    const { ordinal } = record;
    if (ordinal === null) {
      this.#findings.add(rawFinding('ordinal-repeat', `this record has no ordinal; ${next} would be next`, place));
      return;
    }
    const difference = { expected: `${next}`, actual: `${ordinal}` };
    if (ordinal < next)
      this.#findings.add(
        rawFinding('ordinal-repeat', `ordinal ${ordinal} stands behind ${this.#last}`, place, difference),
      );
    if (ordinal > next + this.#skipped)
      this.#findings.add(
        rawFinding('ordinal-gap', `ordinal ${ordinal} stands behind ${this.#last}`, place, difference),
      );
    if (ordinal > this.#last) this.#last = ordinal;
    this.#skipped = 0n;
  }
}
