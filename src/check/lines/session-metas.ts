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
  /** Whether nothing but session_metas was seen so far. */
  #isAtHead = true;

  constructor(path: string, findings: FindingList) {
    this.#nameOf = parseRolloutName(basename(path))?.threadId;
    this.#findings = findings;
  }

  see({ record, place }: SeenLine): void {
    if (record.kind !== 'session_meta') {
      if (this.#own) this.#isAtHead = false;
      return;
    }
    const own = this.#own;
    if (own) {
      if (!isExpected(own, record.meta, this.#isAtHead))
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

/**
 * Whether Codex itself writes another session_meta: that of a legacy thread again when its memory mode or its git branch
 * is changed; in a legacy fork those of its ancestors; in a sub-agent that of its parent; and behind the own one that of
 * the parent in forks of 0.36, which name none.
 */
function isExpected(own: SessionMeta, other: SessionMeta, isAtHead: boolean): boolean {
  const isLegacy = own.history_mode === 'legacy';
  if (isLegacy && (other.id === own.id || own.forked_from_id !== null || isAtHead)) return true;
  return own.subagent !== null && isAtHead;
}
