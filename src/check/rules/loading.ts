import type { Rule } from '../finding.ts';

/** Whether Codex loads a rollout, and what it then does. */
export const loadingRules = [
  {
    id: 'unreadable-rollout',
    severity: 'error',
    title: 'the rollout cannot be looked at',
    why: 'The file is missing, may not be read, became shorter meanwhile, or has a line too long to be judged. Nothing is known about the rollout, so it neither passes nor fails: its status is `error` and the exit code 2.',
    codex: 'It depends on the cause. A file that the system does not hand out, Codex cannot read either.',
    fix: 'Mend the path, the permissions or the file. Decompress `.jsonl.zst` where Node is older than 22.15.',
  },
  {
    id: 'cannot-load',
    severity: 'error',
    title: 'Codex refuses to resume or to fork it',
    why: 'A client that sends `thread/resume` or `thread/fork` gets an error: the thread is lost to it. The message names the version, the requests, the error code and the reason. What made Codex refuse is a finding of its own where it has a place in the file.',
    codex:
      'Error -32600 up to 0.125, -32603 since 0.128, -32601 for paginated rollouts on 0.143 and 0.144. A session_meta without a model provider fails a resume since 0.129, another first line one since 0.145; both can be forked.',
    fix: 'Mend the cause that the message names, or check for the versions that you use with `--emulate`.',
  },
  {
    id: 'deviation',
    severity: 'warning',
    title: 'this Codex version does not do what a client may expect',
    why: 'The rollout is sound, but it touches a known behaviour of the version: usage is not sent, or is given to another turn. The message names the deviation; `replay` names the same.',
    codex: 'Each deviation has the versions that it holds for; the message says since when.',
    fix: 'Follow the advice in the message. Ignore the rule if your client does not depend on it.',
  },
  {
    id: 'needs-memory',
    severity: 'error',
    title: 'Codex would need more memory for it than you allow',
    why: 'Only with `--max-resume-mb`. A rollout that takes more memory than there is takes the app-server down, with all its threads.',
    codex:
      'It holds a rollout as a whole. Measured on 0.122 to 0.169, a resume takes about 4 bytes of memory for a byte of the rollout, a fork about 10.',
    fix: 'Begin a new thread, or raise the limit.',
  },
] as const satisfies readonly Rule[];
