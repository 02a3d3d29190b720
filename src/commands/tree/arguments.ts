import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { positiveInteger } from '../shared/values.ts';
import type { TreeOptions } from './tree.ts';

const EXAMPLES = `
Examples:
  rollout-inspect tree
  rollout-inspect tree fixtures
  rollout-inspect tree ~/.codex --by day --days both
  rollout-inspect tree ./rollout.jsonl --json --evidence
  rollout-inspect tree ~/.codex --since 2026-01-01 --by model --csv`;

/** The command `tree`. `done` is told how it ended. */
export function addTree(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('tree')
    .summary('what threads, forks and sub-agents spent, each token once')
    .description(
      'Show threads with their forks and sub-agents as a tree: what each spent itself, each token once, and why.',
    )
    .argument(
      '[where]',
      'a directory, a pattern, or a rollout or thread, whose relatives are shown (default: the Codex home)',
    )
    .option('--last', 'the session of the Codex home that was written to last, and its relatives')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .addOption(new Option('--by <what>', 'also what was spent by').choices(['day', 'model', 'cwd', 'thread']))
    .addOption(
      new Option('--since <day>', 'only what was spent on this day or later, YYYY-MM-DD').argParser(calendarDay),
    )
    .addOption(
      new Option('--until <day>', 'only what was spent on this day or earlier, YYYY-MM-DD').argParser(calendarDay),
    )
    .addOption(new Option('--utc', 'days of UTC, not of the local time zone').conflicts('days'))
    .addOption(new Option('--days <which>', 'days of which time zone').choices(['local', 'utc', 'both']))
    .addOption(new Option('--depth <n>', 'show the tree down to this depth').argParser(positiveInteger))
    .option('--evidence', 'also every record that was counted or refused, and the rule')
    .option('--why <id>', 'only the evidence of one thread or turn, by its id or the end of it')
    .option('--lenient', 'exit 0 although lines were skipped that Codex skips too')
    .addOption(new Option('--json', 'print one JSON object').conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'print a JSON object per thread, group or record, one a line').conflicts('csv'))
    .option('--csv', 'print a header and a row per thread, group or record')
    .option('--html <file>', 'also write a page to look at: threads as nested bars, days and models')
    .option('--force', 'let --html replace a file that this program did not write')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (where: string | undefined, options: TreeOptions) => {
      const { tree } = await import('./tree.ts');
      done(await tree(where, options, io));
    });
}

function calendarDay(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
  if (!isDay) throw new InvalidArgumentError('It is no day like 2026-11-24.');
  return text;
}
