import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';
import { lostUsage } from '../lines/lost-usage.ts';
import { type FindingList, rawFinding } from '../raw-finding.ts';

/**
 * The usage that a paginated thread inherits: a record that Codex drops in an ancestor loses usage of the thread too, if
 * nothing newer makes up for it. Everything else about an ancestor is found when that is checked itself.
 */
export class AncestorCounts {
  readonly #version: string;
  #lost: string | null = null;

  constructor(version: CodexVersion) {
    this.#version = formatCodexVersion(version);
  }

  /** A line of the history, from its root on. `ancestor`: whose line it is; null for the rollout itself. */
  see(ancestor: string | null, { bytes, offset }: Line, record: RolloutRecord): void {
    if (record.kind === 'token_count' && record.info) this.#lost = null;
    const problem = ancestor !== null && bytes ? lostUsage(bytes, record) : null;
    if (problem !== null)
      this.#lost = `Codex ${this.#version} drops a token_count of an ancestor, ${ancestor}, byte ${offset}: ${problem}`;
  }

  end(findings: FindingList): void {
    if (this.#lost !== null) findings.add(rawFinding('dropped-token-count', this.#lost, null));
  }
}
