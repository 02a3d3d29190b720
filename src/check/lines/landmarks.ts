import type { Place } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

/** Remembers where in a rollout the lines stand that findings about the whole of it point to. */
export class Landmarks implements LineCheck {
  /** The first line that is not blank. */
  first: Place | null = null;
  /** The first session_meta. */
  meta: Place | null = null;
  /** The first session_meta that Codex drops. */
  droppedMeta: Place | null = null;
  /** The first line that makes Codex refuse all of it. */
  refusing: Place | null = null;
  lastTaskStarted: Place | null = null;
  lastTokenCount: Place | null = null;
  /** The last `token_count` whose `info` is not null. */
  lastUsage: Place | null = null;

  see({ place, record }: SeenLine): void {
    this.first ??= place;
    if (record.kind === 'session_meta') this.meta ??= place;
    if (record.kind === 'dropped' && record.type === 'session_meta') this.droppedMeta ??= place;
    if (record.kind === 'unreadable' && record.refusesAll) this.refusing ??= place;
    if (record.kind === 'task_started') this.lastTaskStarted = place;
    if (record.kind !== 'token_count') return;
    this.lastTokenCount = place;
    if (record.info) this.lastUsage = place;
  }
}
