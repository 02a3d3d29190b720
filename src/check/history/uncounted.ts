import type { ThreadTurns } from '../../accounting/thread-turns.ts';
import type { RemoteCompactions } from '../lines/remote-compactions.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';

/** Whether the thread spent more than the total that Codex restores: what remote compactions cost is in no `token_count`. */
export function uncountedFindings(
  { total }: ThreadTurns,
  { last: place, areRecorded }: RemoteCompactions,
): RawFinding[] {
  const lacking = total.uncounted.total_tokens;
  if (total.last && lacking > 0n) {
    const restored = total.last.total_tokens;
    const message = `a remote compaction spent ${lacking} tokens that stand in a token_usage_record only: the restored total lacks them`;
    const difference = { expected: `${restored + lacking}`, actual: `${restored}` };
    return [rawFinding('uncounted-compaction', message, place, difference)];
  }
  if (place === null || areRecorded) return [];
  const message = 'what this remote compaction spent stands nowhere: the restored total lacks it';
  return [rawFinding('uncounted-compaction', message, place)];
}
