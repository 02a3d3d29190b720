/** A file that stands where a rollout should, but is none. */
export interface ForeignFile {
  /** What it is, for programs. */
  readonly kind: ForeignKind;
  /** The same in one sentence for people: what it is, what Codex does with it, and what to do. Safe to show. */
  readonly sentence: string;
}

const kinds = {
  empty: ['it is empty', 'restore it from a backup, or delete it'],
  binary: ['it is a binary file', 'name a rollout: Codex keeps them in sessions/ of its home, as text'],
  compressed: ['it is compressed', 'expand it, or call it .jsonl.zst if it is Zstandard, which Codex reads'],
  text: ['it is text without JSON', 'name a rollout: Codex keeps them in sessions/ of its home'],
  'exec-json': [
    'it is what `codex exec --json` prints, not a rollout',
    'name the rollout of that session, which Codex wrote into sessions/ of its home',
  ],
  'app-server-messages': [
    'it holds messages of an app-server, not a rollout',
    'name the rollout of that thread, which Codex wrote into sessions/ of its home',
  ],
  recording: [
    'it is a recording of rollout-inspect, not a rollout',
    'judge it with `rollout-inspect replay --transcript FILE`',
  ],
  'pretty-printed': [
    'it is a rollout whose records are broken into lines',
    'put each on one line: `jq -c . FILE > NEW`',
  ],
  'json-array': [
    'it is a rollout whose records stand in a JSON array',
    "put each on a line of its own: `jq -c '.[]' FILE > NEW`",
  ],
  'before-0.32': [
    'it was written before Codex 0.32, in a format that no version since reads and that holds no token counts',
    'nothing can be restored from it; leave it out',
  ],
  'bare-items': [
    'it holds the items of a rollout without their envelope of timestamp, type and payload',
    'write each item as `{"timestamp": …, "type": …, "payload": ITEM}`, and a session_meta first',
  ],
  'typescript-cli': [
    'it was written by the Codex CLI of early 2025, the one in TypeScript, in a format that no version since reads',
    'nothing can be restored from it; leave it out',
  ],
  'prompt-history': [
    "it is Codex's history of prompts (history.jsonl), not a rollout",
    'name a rollout: Codex keeps them in sessions/ of its home',
  ],
  'session-index': [
    "it is Codex's index of session names (session_index.jsonl), not a rollout",
    'name a rollout: Codex keeps them in sessions/ of its home',
  ],
  'claude-code': ['it is a transcript of Claude Code, not a rollout', 'leave it out, or convert it'],
  'copilot-cli': ['it is a transcript of GitHub Copilot CLI, not a rollout', 'leave it out, or convert it'],
  'gemini-cli': ['it is a chat of Gemini CLI, not a rollout', 'leave it out, or convert it'],
  pi: ['it is a session of the Pi coding agent, not a rollout', 'leave it out, or convert it'],
  'chat-messages': ['it holds chat messages, not a rollout', 'leave it out, or convert it'],
  'other-json': [
    'it is JSON, but none of its lines is a record of a rollout, which has a timestamp, a type and a payload',
    'leave it out, or convert it',
  ],
} as const;

export type ForeignKind = keyof typeof kinds;

/** The file of this kind. Without a session_meta there is no thread, for any version. */
export function foreignFile(kind: ForeignKind): ForeignFile {
  const [what, advice] = kinds[kind];
  return { kind, sentence: `${what}; Codex neither resumes nor forks it: ${advice}` };
}
