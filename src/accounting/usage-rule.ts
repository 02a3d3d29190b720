/** Why a record that holds usage counts, or does not, in words for people. */
export const usageRules = {
  grew: { counts: true, words: 'the total of the thread grew by it' },
  'began-anew': {
    counts: true,
    words: 'the counter began anew, as it does with every resume before Codex 0.78: all of the total is new',
  },
  fell: { counts: true, words: 'the total fell, so what the last response says of itself is new' },
  'first-of-rollout': {
    counts: true,
    words: 'the first count behind history that stands elsewhere: what the last response says of itself is new',
  },
  'only-recorded': { counts: true, words: 'no token_count holds this response, only its token_usage_record' },
  recovered: { counts: true, words: 'the rollout of its thread no longer holds it: this copy in another thread does' },
  'recovered-total': {
    counts: true,
    words: 'the rollout that held it is gone: with so much the thread that refers to it began to count',
  },
  repeated: { counts: false, words: 'it repeats the total of the record before' },
  estimate: { counts: false, words: 'an estimate of what fills the context: no response of the model' },
  'window-filled': { counts: false, words: 'the total was set to the context window, which was exceeded' },
  'second-witness': { counts: false, words: 'says of the same response what its token_count says' },
  disagrees: { counts: false, words: 'says of a response something else than its token_count, which counts' },
  copied: { counts: false, words: 'a copy: it counts in the thread that spent it' },
  'in-another-file': { counts: false, words: 'another file of the same thread holds this response too' },
} as const satisfies Record<string, { readonly counts: boolean; readonly words: string }>;

export type UsageRule = keyof typeof usageRules;
