import type { Command } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { ExportOptions } from './export.ts';

const EXAMPLES = `
Examples:
  rollout-inspect export ~/.codex --out usage
  rollout-inspect export fixtures --out usage-of-fixtures`;

/** The command `export`. `done` is told how it ended. */
export function addExport(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('export')
    .summary('every response of the model as a row, for databases')
    .description(
      'Write every response that rollouts tell of as a row of NDJSON, in a file for each day, for databases.',
    )
    .argument('<directory>', 'a Codex home, or another directory with rollouts')
    .requiredOption('--out <folder>', 'the folder that the files are written to')
    .addHelpText('after', EXAMPLES)
    .action(async (directory: string, options: ExportOptions) => {
      const { exportUsage } = await import('./export.ts');
      done(await exportUsage(directory, options, io));
    });
}
