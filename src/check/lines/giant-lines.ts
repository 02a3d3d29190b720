import { type FindingList, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

const GIANT = 16 * 1024 * 1024;

/** Lines over 16 MiB. */
export class GiantLines implements LineCheck {
  readonly #findings: FindingList;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  see({ line, place, record }: SeenLine): void {
    if (line.length <= GIANT) return;
    const kind = record.kind.replaceAll('_', ' ');
    this.#findings.add(rawFinding('giant-line', `this line is ${line.length} bytes long (${kind})`, place));
  }
}
