import type { HistoryProblem } from '../history/thread-history.ts';
import type { ForeignFile } from '../rollout/recognition/foreign-file.ts';

/**
 * What is said besides the answer. `note`: good to know. `skipped`: Codex skips this line too, so the answer is
 * Codex's, but the rollout is damaged (`--lenient` excuses it). `partial`: the answer may lack something.
 */
export const noticeKinds = {
  'torn-last-line': 'note',
  'no-session-meta': 'note',
  'not-a-rollout': 'skipped',
  'unreadable-line': 'skipped',
  'dropped-token-count': 'skipped',
  'more-skipped-lines': 'skipped',
  'invalid-utf8': 'partial',
  'oversized-line': 'partial',
  'file-shrank': 'partial',
  'missing-ancestor': 'partial',
  'broken-ancestry': 'partial',
} as const satisfies Record<string, 'note' | 'skipped' | 'partial'>;

export type NoticeId = keyof typeof noticeKinds;

export interface Notice {
  readonly id: NoticeId;
  readonly message: string;
  /** The rollout it is about: an ancestor's notices name the ancestor. */
  readonly path: string;
  /** Where the line begins, in bytes; null when the notice is about no line. */
  readonly byteOffset: number | null;
}

/** For a rollout without a session_meta: why Codex does not take the one that it has, if it has one. */
export function noSessionMeta(path: string, droppedMeta: string | null): Notice {
  const message =
    droppedMeta === null
      ? 'it does not begin with a session_meta: Codex may not load it'
      : `its session_meta is not taken, so Codex does not load it: ${droppedMeta}`;
  return { id: 'no-session-meta', message, path, byteOffset: 0 };
}

/** For a file that is no rollout at all. */
export function notARollout(path: string, { sentence }: ForeignFile): Notice {
  return { id: 'not-a-rollout', message: sentence, path, byteOffset: null };
}

/** For an ancestor of `bytes` bytes of which a fork refers to `wanted`. */
export function shortAncestor(path: string, bytes: number, wanted: number): Notice {
  const message = `only ${bytes} of the ${wanted} bytes that a fork refers to are there`;
  return { id: 'broken-ancestry', message, path, byteOffset: null };
}

/** For a history of which a part cannot be read. */
export function missingHistory({ kind, rolloutId, referredFrom, reason }: HistoryProblem): Notice {
  const path = referredFrom;
  const byteOffset = null;
  switch (kind) {
    case 'circle': {
      const message = `the history goes round in a circle: it refers back to rollout ${rolloutId}`;
      return { id: 'broken-ancestry', message, path, byteOffset };
    }
    case 'unreadable':
      return { id: 'missing-ancestor', message: `a part of its history cannot be read: ${reason}`, path, byteOffset };
    default: {
      const message = `a part of its history is in the rollout of thread ${rolloutId}, which is not here`;
      return { id: 'missing-ancestor', message, path, byteOffset };
    }
  }
}
