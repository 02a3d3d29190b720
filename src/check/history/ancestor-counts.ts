import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';
import { lostUsage } from '../lines/lost-usage.ts';
import { type FindingList, rawFinding } from '../raw-finding.ts';

/**
 * The usage that a paginated fork inherits: a record that Codex drops in an ancestor loses usage of the fork too, if
 * nothing newer makes up for it. Everything else about an ancestor is found when that is checked itself.
 */
export class AncestorCounts {
  readonly #version: string;
  #path = '';
  #isFound = false;
  #hasUsage = false;
  /** In the ancestor that is being read, and in those before. */
  #lostHere: string | null = null;
  #lost: string | null = null;

  constructor(version: CodexVersion) {
    this.#version = formatCodexVersion(version);
  }

  /** The rollout itself holds usage, so that nothing that was inherited matters. */
  foundInRollout(): void {
    this.#isFound = true;
  }

  /** A line of an ancestor: of the parent first, then of its parent. */
  see(path: string, { bytes, offset }: Line, record: RolloutRecord): void {
    if (path !== this.#path) {
      this.#isFound ||= this.#hasUsage;
      this.#lost ??= this.#lostHere;
      this.#lostHere = null;
      this.#path = path;
    }
    if (this.#isFound || !bytes) return;
    if (record.kind === 'token_count' && record.info) {
      this.#hasUsage = true;
      this.#lostHere = null;
    }
    const problem = lostUsage(bytes, record);
    if (problem !== null)
      this.#lostHere = `Codex ${this.#version} drops a token_count of an ancestor, ${path}, byte ${offset}: ${problem}`;
  }

  end(findings: FindingList): void {
    const lost = this.#lost ?? this.#lostHere;
    if (lost !== null) findings.add(rawFinding('dropped-token-count', lost, null));
  }
}
