import { type ForestNotice, type ForestNoticeId, forestNoticeKinds } from '../../accounting/forest/forest-notice.ts';

/** Notices of one kind that are told one by one. */
const TOLD = 3;

/** How many there are of a kind, in words. */
const many: Record<ForestNoticeId, string> = {
  'interrupted-request': 'requests were interrupted before Codex learned what they cost: they are in no sum',
  'failed-request': 'requests broke off before Codex learned what they cost: they are in no sum',
  'unrecorded-compaction': 'compactions on the server were counted nowhere by their versions: they are in no sum',
  'recovered-thread': 'threads whose rollouts are gone were recovered from others, up to their last forks',
  'only-recorded': 'responses are in no token_count, only in their token_usage_record: they count',
  'witnesses-disagree': 'times a token_usage_record and the counts disagree',
  'missing-parent': 'threads had parents that are gone, of which nothing can be told',
  'unclear-recovery': 'recovered threads may have been forks: nothing that is left says so',
};

/** What there is to say of a forest, as lines of talk; of many of one kind how many there are. */
export function forestNoticeLines(notices: readonly ForestNotice[]): string[] {
  const kinds = [...new Set(notices.map(({ id }) => id))];
  return kinds.flatMap((kind) => {
    const all = notices.filter(({ id }) => id === kind);
    const mark = forestNoticeKinds[kind] === 'note' ? 'note: ' : '';
    if (all.length > TOLD) return [`${mark}${all.length} ${many[kind]} (--json names them)`];
    return all.map(({ message, threadId, path, byteOffset }) => {
      const place = byteOffset === null ? path : `${path}: byte ${byteOffset}`;
      return `${mark}${threadId === null ? '' : `thread ${threadId}: `}${message} (${place})`;
    });
  });
}
