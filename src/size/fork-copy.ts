import type { SessionMeta } from '../codex/records/session-meta.ts';
import { isCopiedTurn } from '../history/copied-turn.ts';
import type { RecordDecoder } from '../rollout/records/record.ts';

/**
 * Tells how far the copy of its parent goes with which a legacy fork begins: up to the first turn that is the fork's own
 * (docs/codex.md 4.3).
 */
export class ForkCopy {
  readonly #meta: SessionMeta | null;
  readonly #decode: RecordDecoder;
  #state: 'unknown' | 'copy' | 'own';

  /** `meta`: with which the rollout begins. */
  constructor(meta: SessionMeta | null, decode: RecordDecoder) {
    this.#meta = meta;
    this.#decode = decode;
    this.#state = meta?.history_mode === 'legacy' && meta.forked_from_id !== null ? 'unknown' : 'own';
  }

  /** What the lines that come belong to; `unknown`: no turn has begun yet. */
  get state(): 'unknown' | 'copy' | 'own' {
    return this.#state;
  }

  /** A line with which a turn begins. */
  see(line: Buffer): void {
    const record = this.#decode(line);
    if (this.#state === 'own' || record.kind !== 'task_started') return;
    this.#state = isCopiedTurn(record.turn_id, this.#meta) ? 'copy' : 'own';
  }
}
