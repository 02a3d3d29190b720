/**
 * What is said besides the answer. `note`: good to know. `skipped`: Codex skips this line too, so the answer is
 * Codex's, but the rollout is damaged (`--lenient` excuses it). `partial`: the answer may lack something.
 */
export const noticeKinds = {
  'torn-last-line': 'note',
  'no-session-meta': 'note',
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
