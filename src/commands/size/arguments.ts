import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { SizeOptions } from './size.ts';

const EXAMPLES = `
Examples:
  rollout-inspect size --last
  rollout-inspect size ~/.codex/sessions
  rollout-inspect size 01a20417-8cab --json
  rollout-inspect size - --csv < rollout.jsonl`;

/** The command `size`. `done` is told how it ended. */
export function addSize(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('size')
    .summary('why a rollout is as large as it is')
    .description('Show what the bytes of a rollout are, why they are there, and what they cost Codex.')
    .argument('[rollout...]', 'a path, a directory, a pattern, an id or its beginning, a session name, or -')
    .option('--last', 'the session that was written to last')
    .option('--cwd <dir>', 'with --last: the last session that was begun in this folder')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option('--lenient', 'exit 0 although lines were skipped that Codex skips too')
    .addOption(new Option('--json', 'print one JSON object').conflicts('csv'))
    .option('--csv', 'print a header and a row per cause and per kind of line')
    .option('--html <file>', 'also write a page to look at: causes and kinds of lines as bars')
    .option('--force', 'let --html replace a file that this program did not write')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (rollouts: string[], options: SizeOptions) => {
      const { size } = await import('./size.ts');
      done(await size(rollouts, options, io));
    });
}
