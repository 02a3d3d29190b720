import type { Rule } from '../finding.ts';

/** Which thread a rollout holds, where it comes from, and the order of its records. */
export const identityRules = [
  {
    id: 'missing-session-meta',
    severity: 'warning',
    title: 'the rollout does not begin with a session_meta',
    why: 'The session_meta says which thread this is. Without it there is none.',
    codex: 'Refused by every version.',
    fix: 'Put the session_meta back as the first line: `id`, `timestamp`, `cwd`, `originator` and `cli_version` are required.',
  },
  {
    id: 'dropped-session-meta',
    severity: 'warning',
    title: 'Codex does not take the session_meta',
    why: 'The line is there, but a field in it is missing or has the wrong type, so that Codex does not know which thread this is. The message names the field.',
    codex: 'It skips the line. Without another session_meta every version refuses the rollout.',
    fix: 'Mend the field: `id` must be a UUID; `timestamp`, `cwd`, `originator` and `cli_version` are required texts.',
  },
  {
    id: 'late-session-meta',
    severity: 'warning',
    title: 'something stands before the session_meta',
    why: 'The session_meta must be the first line.',
    codex:
      'Other lines may stand before it up to 0.144; since 0.145 they fail a resume, not a fork. A response_item before it fails a resume up to 0.125, and since 0.143 the fork too.',
    fix: 'Remove what stands before it.',
  },
  {
    id: 'repeated-session-meta',
    severity: 'warning',
    title: 'a second session_meta',
    why: 'Two rollouts were put together. A legacy fork holds those of its ancestors as well; these are not reported.',
    codex:
      'The first one says which thread it is. A paginated rollout is read backward and no further than to its last session_meta: usage before that is lost.',
    fix: 'Take the rollouts apart.',
  },
  {
    id: 'thread-id-mismatch',
    severity: 'warning',
    title: 'the file name names another thread',
    why: 'The thread cannot be found by its id.',
    codex: 'A lookup by thread id passes over such a file (measured on 0.160 and 0.169); a resume by path takes it.',
    fix: 'Give the file the name of the thread in its session_meta.',
  },
  {
    id: 'other-file-of-thread',
    severity: 'warning',
    title: 'Codex opens another file of this thread',
    why: 'In one Codex home there are several files with the same thread: a copy, a backup, the double that a cloud-sync left, or one in the archive and one outside; or the file was given a name under which Codex does not find it. What is written into this one is not seen, and adding up files counts it twice. The older files of a thread that was reverted are a part of it, and are not reported.',
    codex:
      'By a thread id it opens a file with the name that it gave, the newest first, in `sessions/` before `archived_sessions/`. A resume by path takes any file.',
    fix: 'Keep the file that the message names, and move the others out of the home.',
  },
  {
    id: 'missing-ancestor',
    severity: 'error',
    title: 'a part of the history is in a rollout that is not here',
    why: 'A paginated fork holds only its own lines; `history_base` names the thread that has the rest. Usage, turns and messages before the fork are lost.',
    codex: 'Refused since 0.146 (-32600, “missing source rollout”). Older versions read only what is there.',
    fix: 'Put the rollout of the thread that the message names into the same Codex home, or beside this one, or name its home with `--codex-home`.',
  },
  {
    id: 'broken-ancestry',
    severity: 'error',
    title: 'the history refers to what its ancestor does not hold, or to itself',
    why: 'The ancestor was cut or changed after the fork was made, so that a part of the history is lost: `history_base` says how many bytes of it belong to the fork and which ordinal comes next, and these bytes are not there, end in the middle of a line, or end with another ordinal. Or `history_base` leads round in a circle.',
    codex: 'It reads the bytes that are there and skips a line that is cut; a circle is refused.',
    fix: 'Restore the ancestor as it was when the thread was forked.',
  },
  {
    id: 'ordinal-gap',
    severity: 'warning',
    title: 'a record is missing in a paginated rollout',
    why: 'Each record has the ordinal of the one before plus 1. Where one is skipped, a line was taken out.',
    codex: 'It reads on; the turns are those that the remaining lines name.',
    fix: 'Restore the lines that are missing.',
  },
  {
    id: 'ordinal-repeat',
    severity: 'warning',
    title: 'the ordinals of a paginated rollout do not grow',
    why: 'Two writers wrote at the same time, or lines were moved, doubled, or lost their ordinal.',
    codex:
      'Its database takes lines by ordinal. Up to 0.153 it takes none of them when one is missing (since 0.147 lines that do not decode may be the missing ones): then there are no turns, and a fork is refused. Since 0.154 it passes over lines whose ordinals do not grow.',
    fix: 'Remove the lines that stand there twice.',
  },
] as const satisfies readonly Rule[];
