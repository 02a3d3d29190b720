import type { Rule } from '../finding.ts';

/** What a rollout was expected to say, and what a live server says. */
export const expectationRules = [
  {
    id: 'expectation-differs',
    severity: 'error',
    title: 'the rollout does not say what its expectation says',
    why: 'Beside `x.jsonl` stands `x.expected.json`, and a field of it differs. One finding for each field: its path, what is expected and what is there.',
    codex: 'What is there is what Codex restores, or does, by the rules of the emulated version.',
    fix: 'If the change is wanted, write the expectation anew with `check --update`; else mend the rollout.',
  },
  {
    id: 'missing-expectation',
    severity: 'error',
    title: 'there is no expectation beside the rollout',
    why: 'Only with `--require-expected`: a fixture without an expectation proves little, and so does an expectation that does not name the version that is checked: those of `--emulate`, or the newest one.',
    codex: 'Nothing: expectations are files of this tool.',
    fix: 'Write it with `check --update`, and `--emulate` for each version that it must name, and look it through.',
  },
  {
    id: 'bad-expectation',
    severity: 'error',
    title: 'the expectation cannot be read',
    why: 'It is empty, no JSON, holds a key that is not known, or a value of the wrong kind; so nothing is compared with it. The place is in the expectation, not in the rollout. A file that never was an expectation is a `foreign-expectation`.',
    codex: 'Nothing: expectations are files of this tool.',
    fix: 'Mend the place that the message names, or write the file anew with `check --update`.',
  },
  {
    id: 'foreign-expectation',
    severity: 'info',
    title: 'a file of another tool stands where the expectation would',
    why: 'Beside `x.jsonl` stands an `x.expected.json` that is no expectation of this tool: other tools use the same name. It is compared with nothing, and `check --update` leaves it as it is, so that this rollout has no expectation.',
    codex: 'Nothing: expectations are files of this tool.',
    fix: 'Nothing, unless an expectation is wanted: then rename the rollout, or the other file.',
  },
  {
    id: 'orphan-expectation',
    severity: 'error',
    title: 'there is no rollout beside the expectation',
    why: 'Only where a directory is checked: below it stands `x.expected.json`, but neither `x.jsonl` nor `x.jsonl.zst`, so that a fixture would vanish in silence. The finding is about the expectation. Files that are called so but hold no expectation are passed over.',
    codex: 'Nothing: expectations are files of this tool.',
    fix: 'Put the rollout back, or remove the expectation too.',
  },
  {
    id: 'lifecycle-differs',
    severity: 'error',
    title: 'the live server does something else',
    why: 'Only with `--replay`. The server was sent `thread/resume` and `thread/fork`, and a check failed. The message names it, as `replay` does.',
    codex: 'What the server of this run did; `replay` shows the messages.',
    fix: 'Run `rollout-inspect replay` on the rollout for the messages and the explanation.',
  },
  {
    id: 'server-failed',
    severity: 'error',
    title: 'the live server failed',
    why: 'Only with `--replay`. The server did not start, did not answer in time, or died, so that this rollout was not replayed. Its status is `error` and the exit code 4.',
    codex: 'The message says what the server did, with the end of what it wrote to its standard error.',
    fix: 'See whether the server runs: `rollout-inspect replay` on one rollout says more.',
  },
] as const satisfies readonly Rule[];
