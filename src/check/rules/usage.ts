import type { Rule } from '../finding.ts';

/** What the token counts say, and whose they are. */
export const usageRules = [
  {
    id: 'no-usage',
    severity: 'info',
    title: 'there is no usage to restore',
    why: 'No token_count with an `info` is in the rollout or in its ancestors: the thread spent nothing yet, or its provider reports no usage.',
    codex: 'Resume and fork send no `thread/tokenUsage/updated`.',
    fix: 'Nothing, if that is as you want it.',
  },
  {
    id: 'shrinking-total',
    severity: 'warning',
    title: 'the total is less than it was before',
    why: '`total_token_usage` is a running total of the thread. It goes down only when Codex sets it to the context window, after this was exceeded; or when somebody put two rollouts together.',
    codex: 'The last total counts, whatever stood before.',
    fix: 'Find out which of the records is wrong.',
  },
  {
    id: 'total-not-sum',
    severity: 'warning',
    title: '`total_tokens` is not the sum of input and output',
    why: 'Cached tokens are part of the input and reasoning is part of the output, so that both make the total. Estimates, which have no parts, are not reported, nor a provider that counts differently in its responses too.',
    codex: 'It restores the counts as they are.',
    fix: 'Put the record right, or get the rollout from where it was not changed.',
  },
  {
    id: 'total-does-not-follow',
    severity: 'warning',
    title: 'one count of the total does not follow from the record before',
    why: 'Codex adds each response to the total: every count of `total_token_usage` is the one before plus that of `last_token_usage`. Where records are missing several counts are higher at once; where exactly one count does not follow, it was changed afterwards, here or in the record before.',
    codex: 'It restores the counts as they are.',
    fix: 'Put the count right that is said to be expected, or get the rollout from where it was not changed.',
  },
  {
    id: 'window-differs-once',
    severity: 'warning',
    title: 'one record has another context window than its turn and its neighbours',
    why: 'A turn says at its start how large the window of its model is, and each of its token_counts repeats that. One that does not, and that no other record agrees with, was changed afterwards.',
    codex: 'It restores the window as it is, and shows the context left in it.',
    fix: 'Put the window right, or get the rollout from where it was not changed.',
  },
  {
    id: 'turn-without-count',
    severity: 'warning',
    title: 'the model answered in a turn that has no usage, while turns around it have',
    why: 'Codex writes a token_count with an `info` after each response, also when the provider reports no usage for it. In a turn that ended with a message of the model, and that stands between turns with usage, it was lost or changed.',
    codex: 'It restores the last usage, whatever is missing before.',
    fix: 'Look for a lost record, or one whose `type` or `info` is spelt differently.',
  },
  {
    id: 'last-exceeds-window',
    severity: 'warning',
    title: 'the last response is larger than the context window',
    why: '`last_token_usage` fills the context window and cannot be more than it. Codex writes 95 % of the window of the model; what reaches into the rest is not reported.',
    codex: 'It restores the counts as they are and shows 0% context left.',
    fix: 'Find out whether the window or the counts are wrong; a thread that went on with another model may have a smaller window.',
  },
  {
    id: 'uncounted-compaction',
    severity: 'info',
    title: 'a compaction that no token_count holds',
    why: 'The model provider compacted the context by itself (the built-in `openai` provider does), and the tokens of that request are missing in the total. Where the rollout has `token_usage_record` lines these say how many they are: expected is the total with them, actual the one that is restored. Without these lines nothing says it.',
    codex:
      'Every version writes no `token_count` for such a request. Since 0.153 it writes a `token_usage_record`, whose `thread_token_usage` is right, but restores the total of the last token_count.',
    fix: 'Nothing: Codex writes it so. Take what was spent from `turns`, which adds the records up.',
  },
  {
    id: 'usage-without-turn',
    severity: 'warning',
    title: 'the restored usage belongs to no turn',
    why: 'A client shows usage beside a turn. Here it stands before any turn, or all turns were rolled back.',
    codex:
      'The `turnId` is empty up to 0.146. Since 0.147 it is that of the turn that was open, if there was one; else a resume sends nothing. Since 0.166 a fork sends nothing either.',
    fix: 'Look for lost `task_started` records.',
  },
  {
    id: 'owner-moved-by-null-info',
    severity: 'info',
    title: 'usage is attributed to a later turn than spent it',
    why: 'A token_count with `info: null`, which carries rate limits only, stands behind the usage and in another turn.',
    codex:
      'The numbers are those of the last `info`, the turn is that of the last token_count. Measured on 0.122 to 0.169.',
    fix: 'Nothing: Codex writes such records. A client should not take the turn for the one that spent the tokens.',
  },
  {
    id: 'in-progress-tail',
    severity: 'info',
    title: 'the last turn has not ended',
    why: 'The rollout was copied while the turn ran, or Codex was stopped in it.',
    codex: 'A resume shows the turn as interrupted; a fork writes a `turn_aborted` into its copy.',
    fix: 'Nothing, if that is as you want it.',
  },
] as const satisfies readonly Rule[];
