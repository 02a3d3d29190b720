/** As `thread.turns[].status` says it on the wire. */
export type TurnStatus = 'completed' | 'interrupted' | 'failed' | 'inProgress';

/** A turn as Codex rebuilds it from a rollout (docs/codex.md 6). */
export interface Turn {
  readonly id: string;
  /** Opened by a `task_started`, not by the first item that stood in no turn. */
  readonly explicit: boolean;
  readonly status: TurnStatus;
  /** A compaction stands in it. */
  readonly compacted: boolean;
  /** Seconds since 1970; null for implicit turns and where the rollout does not say it. */
  readonly startedAt: bigint | null;
  readonly completedAt: bigint | null;
  readonly durationMs: bigint | null;
  /** When the line that opened it, and the last one in it, were written, as they say themselves; null where none is known. */
  readonly firstLineAt: string | null;
  readonly lastLineAt: string | null;
}

/** A turn that an event names by its id, before anything else is known of it. */
export function turnNamed(id: string, status: TurnStatus): Turn {
  return {
    id,
    explicit: true,
    status,
    compacted: false,
    startedAt: null,
    completedAt: null,
    durationMs: null,
    firstLineAt: null,
    lastLineAt: null,
  };
}
