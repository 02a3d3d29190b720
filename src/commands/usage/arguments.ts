import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { UsageOptions } from './usage.ts';

const EXAMPLES = `
Examples:
  rollout-inspect usage --last
  rollout-inspect usage 01a20417-8cab
  rollout-inspect usage ~/.codex/sessions --csv
  rollout-inspect usage - --json < rollout.jsonl`;

/** The command `usage`. `done` is told how it ended. */
export function addUsage(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('usage')
    .summary('the token usage that resume and fork restore')
    .description('Show the TokenUsageInfo that Codex restores from a rollout: its last token_count with usage.')
    .argument('[rollout...]', 'a path, a directory, a pattern, an id or its beginning, a session name, or -')
    .option('--last', 'the session that was written to last')
    .option('--cwd <dir>', 'with --last: the last session that was begun in this folder')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option('--emulate <version>', 'decode as this Codex version does (default: the newest known)')
    .option('--lenient', 'exit 0 although lines were skipped that Codex skips too')
    .addOption(new Option('--json', 'print one JSON object').conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'print a JSON object per rollout, one a line').conflicts('csv'))
    .option('--csv', 'print a header and a row per rollout')
    .addOption(new Option('--follow', 'answer again whenever the rollout has changed').conflicts(['json', 'csv']))
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (rollouts: string[], options: UsageOptions) => {
      const { usage } = await import('./usage.ts');
      done(await usage(rollouts, options, io));
    });
}
