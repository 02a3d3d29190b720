import { basename } from 'node:path';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { type FindingList, rawFinding } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** What a rollout says of its thread: once, and not something else than its file name. */
export class SessionMetas implements LineCheck {
  readonly #nameOf: string | undefined;
  readonly #findings: FindingList;
  #own: SessionMeta | null = null;

  constructor(path: string, findings: FindingList) {
    this.#nameOf = parseRolloutName(basename(path))?.threadId;
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    if (record.kind !== 'session_meta') return;
    if (this.#own) {
      // A legacy fork is a copy of its parent, and so begins with the session_meta of both.
      const isCopy = this.#own.forked_from_id !== null && this.#own.history_mode === 'legacy';
      if (!isCopy)
        this.#findings.add(
          rawFinding('repeated-session-meta', `a second session_meta, of thread ${record.meta.id}`, place),
        );
      return;
    }
    this.#own = record.meta;
    if (this.#nameOf === undefined || this.#nameOf === record.meta.id) return;
    const message = `the file name names thread ${this.#nameOf}, the session_meta thread ${record.meta.id}`;
    const difference = { expected: this.#nameOf, actual: record.meta.id };
    this.#findings.add(rawFinding('thread-id-mismatch', message, place, difference));
  }
}
