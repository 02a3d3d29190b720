import type { Rule } from '../finding.ts';

/** Lines that Codex does not take. */
export const lineRules = [
  {
    id: 'dropped-token-count',
    severity: 'error',
    title: 'Codex drops the token_count that should be restored',
    why: 'The record is newer than the usage that Codex restores, and carries usage. Clients are shown older numbers, or none. The message names the field, or what is wrong with the line. A line that is no JSON object counts if it holds the name `token_count`, also cut behind its first two letters, and no `info` that is null, or if it holds `total_token_usage`. Not noticed is what was lost with a line that was cut before that name, taken out or renamed: it may have been any record. An expectation notices that.',
    codex:
      'A wrong type in any field that the version knows spoils the line, without a word to the client; so does whatever is no strict JSON. The fields of each version are in docs/codex.md 3.2.',
    fix: 'Mend the field, or find out who wrote the line: Codex itself writes none that it drops.',
  },
  {
    id: 'dropped-older-token-count',
    severity: 'warning',
    title: 'Codex drops a token_count that a later one makes up for',
    why: 'The restored total is right, but what the turn used cannot be told.',
    codex: 'The line is skipped; the last token_count that is read counts.',
    fix: 'Mend the field that the message names.',
  },
  {
    id: 'unreadable-line',
    severity: 'warning',
    title: 'a line is no JSON object',
    why: 'What it said is lost: a message, a tool call, the start or the end of a turn.',
    codex: 'The line is skipped without a word to the client, by every version.',
    fix: 'Mend the line at the byte that the message names, or remove it.',
  },
  {
    id: 'torn-last-line',
    severity: 'warning',
    title: 'the last line is incomplete',
    why: 'Codex, or the machine, stopped while it was being written; or it is still being written. If it was to be a token_count, as far as can be told, that is a `dropped-token-count`.',
    codex: 'The line is skipped. A last line that is complete counts, whether a line end follows or not.',
    fix: 'Remove what stands behind the last line end.',
  },
  {
    id: 'dropped-line',
    severity: 'warning',
    title: 'Codex drops a record',
    why: 'A field is missing or has the wrong type. What the record said is lost: turns may look as if they had not ended.',
    codex: 'The line is skipped without a word to the client.',
    fix: 'Mend the field that the message names.',
  },
  {
    id: 'unknown-record-kind',
    severity: 'info',
    title: 'a record of a kind that Codex does not know',
    why: 'Somebody else wrote it, or a Codex version that nobody measured. Usage is not lost.',
    codex: 'The line is skipped without a word to the client.',
    fix: 'Nothing, unless you miss what the record says.',
  },
  {
    id: 'older-records',
    severity: 'info',
    title: 'records that only older Codex versions read',
    why: 'An older Codex wrote them, as its session_meta says, and the emulated version no longer takes them. Usage is not lost. One finding for each kind of record, at the first one.',
    codex:
      'It skips the lines. Without the `turn_context` of up to 0.58, for example, it resumes a thread with the configured model and effort instead of its own.',
    fix: 'Nothing: the rollout is as Codex wrote it.',
  },
  {
    id: 'newer-records',
    severity: 'warning',
    title: 'records that only newer Codex versions read',
    why: 'The emulated version skips what a newer one reads, so that the thread looks different in both. One finding for each kind of record, at the first one.',
    codex:
      'Older versions skip the lines. Paginated rollouts are read like legacy ones up to 0.142, refused by 0.143 and 0.144, and followed since 0.145.',
    fix: 'Use a Codex as new as the one that wrote the rollout.',
  },
  {
    id: 'giant-line',
    severity: 'warning',
    title: 'a line is over 16 MiB long',
    why: 'Codex and its clients handle a line as a whole, several times over; a client may refuse messages of that size.',
    codex: 'It reads lines of any length. A resume and a fork answer with what is in them.',
    fix: 'Find out what filled it: an image, or the output of a tool.',
  },
] as const satisfies readonly Rule[];
