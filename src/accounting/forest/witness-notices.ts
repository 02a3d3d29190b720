import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { Evidence } from './evidence.ts';
import type { ForestNotice } from './forest-notice.ts';

/** What the second witness, `token_usage_record`, has to add: responses that no count holds, and other numbers. */
export function witnessNotices(evidence: readonly Evidence[]): ForestNotice[] {
  return evidence.flatMap((each): ForestNotice[] => {
    const { threadId, path, byteOffset, usage, rule, turnId } = each;
    const place = { threadId, path, byteOffset, requests: 0 };
    const of = turnId === null ? '' : ` of turn ${turnId}`;
    if (rule === 'only-recorded') {
      const message = `a response${of} (${briefly(usage)}) is in no token_count, only in its token_usage_record: it counts`;
      return [{ id: 'only-recorded', message, ...place }];
    }
    if (rule !== 'disagrees') return [];
    const count = evidence.find(
      (other) => other.path === path && other.byteOffset > byteOffset && other.rule === 'grew',
    );
    const other = count ? briefly(count.usage) : 'something else';
    const message = `the token_usage_record of a response${of} says ${briefly(usage)}, its token_count ${other}, which counts`;
    return [{ id: 'witnesses-disagree', message, ...place }];
  });
}

function briefly({ input_tokens, output_tokens, total_tokens }: TokenUsage): string {
  return `${total_tokens} tokens: ${input_tokens} in, ${output_tokens} out`;
}
