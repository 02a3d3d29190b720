import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { positiveInteger } from '../shared/values.ts';
import type { TurnsOptions } from './turns.ts';

const EXAMPLES = `
Examples:
  rollout-inspect turns --last
  rollout-inspect turns 01a20417-8cab --last-turns 5
  rollout-inspect turns 'Birds in winter' --json
  rollout-inspect turns - --csv < rollout.jsonl`;

/** The command `turns`. `done` is told how it ended. */
export function addTurns(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('turns')
    .summary('the turns of a thread and what each of them used')
    .description('Show the turns of a rollout: what each used, and how the context filled up.')
    .argument('[rollout]', 'a path, an id or its beginning, a session name, or - for standard input')
    .option('--last', 'the session that was written to last')
    .option('--cwd <dir>', 'with --last: the last session that was begun in this folder')
    .addOption(
      new Option('--last-turns <n>', 'only the last n turns (default: 30 as text, else all)').argParser(
        positiveInteger,
      ),
    )
    .addOption(new Option('--all', 'all turns').conflicts('lastTurns'))
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option('--emulate <version>', 'read as this Codex version does (default: the newest known)')
    .option('--lenient', 'exit 0 although lines were skipped that Codex skips too')
    .addOption(new Option('--json', 'print one JSON object').conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'print a JSON object per turn, one a line').conflicts('csv'))
    .option('--csv', 'print a header and a row per turn')
    .option('--html <file>', 'also write a page to look at: how the context filled up, and all turns')
    .option('--force', 'let --html replace a file that this program did not write')
    .addOption(
      new Option('--follow', 'answer again whenever the rollout has changed').conflicts(['json', 'csv', 'html']),
    )
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (rollout: string | undefined, options: TurnsOptions) => {
      const { turns } = await import('./turns.ts');
      done(await turns(rollout, options, io));
    });
}
