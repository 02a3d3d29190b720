import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { ExportOptions } from './export.ts';

const EXAMPLES = `
Examples:
  rollout-inspect export ~/.codex --out usage
  rollout-inspect export fixtures --out usage-of-fixtures --format parquet`;

/** The command `export`. `done` is told how it ended. */
export function addExport(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('export')
    .summary('every response of the model as a row, for databases')
    .description(
      'Write every response that rollouts tell of as a row of NDJSON or Parquet, in a file for each day, for databases.',
    )
    .argument('[where]', 'a directory, a pattern, or a rollout or thread with its relatives (default: the Codex home)')
    .option('--last', 'the session of the Codex home that was written to last, and its relatives')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .requiredOption('--out <folder>', 'the folder that the files are written to')
    .addOption(
      new Option('--format <format>', 'the format of the files').choices(['ndjson', 'parquet']).default('ndjson'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: ExportOptions) => {
      const { exportUsage } = await import('./export.ts');
      done(await exportUsage(where, options, io));
    });
}
