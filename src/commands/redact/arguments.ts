import type { Command } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { RedactOptions } from './redact.ts';

const EXAMPLES = `
Examples:
  rollout-inspect redact ./rollout.jsonl --output redacted`;

/** The command `redact`. `done` is told how it ended. */
export function addRedact(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('redact')
    .summary('rollouts and transcripts without what people said')
    .description(
      'Copy rollouts and transcripts without prompts, outputs, paths, names and keys. Counts, times and the form stay, as do the length of each line and, under other names, all ids: usage, turns and verdicts are the same. What belongs together is given together.',
    )
    .argument('[rollout...]', 'rollouts, named as in every command, and files of transcripts')
    .option('--last', 'the session of the Codex home that was written to last')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .requiredOption('--output <dir>', 'the folder that the copies come into, as redacted-1.jsonl and so on')
    .option('--force', 'replace files that are there')
    .addHelpText('after', EXAMPLES)
    .action(async (rollouts: string[], options: RedactOptions) => {
      const { redact } = await import('./redact.ts');
      done(await redact(rollouts, options, io));
    });
}
