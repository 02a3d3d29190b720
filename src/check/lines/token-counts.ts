import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import { type FindingList, type RawFinding, rawFinding } from '../raw-finding.ts';
import { isUtf16 } from './encodings.ts';
import { lostUsage } from './lost-usage.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** How many dropped records are remembered until it is known whether a later one makes up for them. */
const REMEMBERED = 100;

/** Records with usage that Codex drops: which of them should have been restored is known only at the end. */
export class TokenCounts implements LineCheck {
  readonly #version: string;
  readonly #findings: FindingList;
  #dropped: RawFinding[] = [];
  /** Then there is no record in it at all. */
  #isUtf16 = false;

  constructor(version: CodexVersion, findings: FindingList) {
    this.#version = formatCodexVersion(version);
    this.#findings = findings;
  }

  see({ record, bytes, place }: SeenLine): void {
    if (record.kind === 'token_count' && record.info) {
      for (const finding of this.#dropped) this.#findings.add({ ...finding, id: 'dropped-older-token-count' });
      this.#dropped = [];
      return;
    }
    if (place.byteOffset === 0 && isUtf16(bytes)) this.#isUtf16 = true;
    if (this.#isUtf16) return;
    const problem = lostUsage(bytes, record);
    if (problem === null) return;
    const message = `Codex ${this.#version} drops this token_count: ${problem}`;
    this.#dropped.push(rawFinding('dropped-token-count', message, place));
    if (this.#dropped.length > REMEMBERED) this.#dropped.shift();
  }

  end(): void {
    for (const finding of this.#dropped) this.#findings.add(finding);
  }
}
