import type { Rule } from '../finding.ts';

/** Whether Codex loads a rollout, and what it then does. */
export const loadingRules = [
  {
    id: 'unreadable-rollout',
    severity: 'error',
    title: 'the rollout cannot be looked at',
    why: 'The file is missing, may not be read, became shorter meanwhile, or has a line too long to be judged. Nothing is known about the rollout, so it neither passes nor fails: its status is `error` and the exit code 2.',
    codex: 'It depends on the cause. A file that the system does not hand out, Codex cannot read either.',
    fix: 'Mend the path, the permissions or the file. Of a compressed one that is cut, get a whole copy.',
  },
  {
    id: 'not-a-rollout',
    severity: 'error',
    title: 'the file is no rollout',
    why: 'It is something else that is called like one: what `codex exec --json` prints, a rollout that was broken into lines or put into an array, a format from before Codex 0.32, the transcript of another program, a binary, or nothing at all. The message names it, and its lines are not looked at one by one. `usage` and `turns` say the same.',
    codex: 'Refused by every version: there is no session_meta in it.',
    fix: 'Follow the advice in the message, or leave the file out.',
  },
  {
    id: 'cannot-load',
    severity: 'error',
    title: 'Codex refuses to resume or to fork it',
    why: 'A client that sends `thread/resume` or `thread/fork` gets an error: the thread is lost to it. The message names the version, the requests, the error code and the reason. What made Codex refuse is a finding of its own where it has a place in the file.',
    codex:
      'Error -32600 up to 0.125, -32603 since 0.128, -32601 for paginated rollouts on 0.143 and 0.144. Another first line than the session_meta fails a resume since 0.145, not a fork.',
    fix: 'Mend the cause that the message names, or check for the versions that you use with `--emulate`.',
  },
  {
    id: 'archived-thread',
    severity: 'info',
    title: 'the thread is archived',
    why: 'The rollout stands in `archived_sessions/`. It is sound, but the thread has to be unarchived before a client can go on with it.',
    codex:
      'Up to 0.125 it finds no such thread; 0.128 and 0.129 resume and fork it; since 0.136 it refuses both (-32600).',
    fix: 'Nothing, unless the thread is wanted: then `codex unarchive THREAD`, or move the file back below `sessions/`.',
  },
  {
    id: 'unnamed-provider',
    severity: 'info',
    title: 'the rollout names no model provider',
    why: 'Codex did not name the provider up to 0.42; a session_meta of 0.57 or newer that names none was changed, and is a `cannot-load`. Whether such a thread can be resumed depends on the home: one that held the file when a Codex of 0.136 or newer first started there has the provider in its database, one into which the file was copied later has not.',
    codex:
      'Since 0.129 it refuses to resume such a thread (-32600) where its database does not know the provider. A fork works.',
    fix: 'Nothing, if the file stays in its home. Elsewhere fork the thread, or add `model_provider` to the session_meta.',
  },
  {
    id: 'sub-agent-needs-parent',
    severity: 'info',
    title: 'a sub-agent that is resumed by way of its parent',
    why: 'The rollout is that of a sub-agent of multi-agent v2. It is sound, but a client cannot resume it alone.',
    codex: 'Since 0.150 it refuses a resume (-32600) while the parent is not loaded. A fork works.',
    fix: 'Resume the parent first, or fork the sub-agent.',
  },
  {
    id: 'deviation',
    severity: 'info',
    title: 'this Codex version does not do what a client may expect',
    why: 'The rollout is sound, but it touches a known behaviour of the version: usage is not sent, or is given to another turn. The message names the deviation; `replay` names the same. An expectation holds what the version does, so that a change of it is found.',
    codex: 'Each deviation has the versions that it holds for; the message says since when.',
    fix: 'Follow the advice in the message. If your client depends on it, make it more: `--severity deviation=warning`.',
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
