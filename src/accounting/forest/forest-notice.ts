/** What is said of a forest besides its sums. */
export interface ForestNotice {
  readonly id: ForestNoticeId;
  readonly message: string;
  /** The thread it is about; null when nothing says which. */
  readonly threadId: string | null;
  readonly path: string;
  /** Where the record stands that tells of it, in bytes; null when it is about no single record. */
  readonly byteOffset: number | null;
  /** How many requests it is about, of those whose cost nobody knows; 0 for other notices. */
  readonly requests: number;
}

/**
 * `note`: the sums are whole, this is how. `unknown`: tokens may have been spent that no rollout tells of, or tells of
 * twice; nothing was guessed.
 */
export const forestNoticeKinds = {
  'recovered-thread': 'note',
  'witnesses-disagree': 'note',
  'only-recorded': 'note',
  'interrupted-request': 'unknown',
  'failed-request': 'unknown',
  'unrecorded-compaction': 'unknown',
  'missing-parent': 'unknown',
  'unclear-recovery': 'unknown',
} as const satisfies Record<string, 'note' | 'unknown'>;

export type ForestNoticeId = keyof typeof forestNoticeKinds;
