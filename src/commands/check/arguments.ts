import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { positiveInteger } from '../shared/values.ts';
import type { CheckCommandOptions } from './check.ts';

const EXAMPLES = `
Examples:
  rollout-inspect check ~/.codex/sessions
  rollout-inspect check 'fixtures/**/*.jsonl' --require-expected --max-warnings 0
  rollout-inspect check fixtures --update
  rollout-inspect check fixtures --emulate 0.144.6 --emulate 0.169.0 --reporter pretty --reporter junit=report.xml
  rollout-inspect check fixtures --severity in-progress-tail=error
  rollout-inspect check fixtures --baseline accepted.json --update-baseline
  rollout-inspect check --explain missing-ancestor`;

/** The command `check`. `done` is told how it ended. */
export function addCheck(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  program
    .command('check')
    .summary('whether rollouts are sound, and say what is expected of them')
    .description(
      'Check rollouts for what Codex stumbles over, and compare them with their expectations: x.expected.json beside x.jsonl. docs/checks.md says what is checked.',
    )
    .argument(
      '[rollout...]',
      'a file, a directory, a pattern (*, **, ?) or a thread id (default: paths of the configuration)',
    )
    .option('--last', 'the session of the Codex home that was written to last')
    .option('--update', 'write the expectations instead of comparing with them')
    .option('--require-expected', 'fail where there is no expectation')
    .option('--emulate <version>', 'check for this Codex version (repeatable; default: the newest known)', collect)
    .option('--max-resume-mb <n>', 'fail where a resume needs more memory than this', positiveInteger)
    .option('--replay', 'also resume and fork each rollout on a live app-server, on throw-away copies')
    .option('--server <server>', 'with --replay: codex, embedded, ws://…, wss://… or unix://… (default: codex)')
    .option('--codex-bin <path>', 'the codex binary (default: $CODEX_BIN or the PATH)')
    .option('--severity <id=level>', 'how severe a finding is: error, warning, info or ignore (repeatable)', collect)
    .option('--max-warnings <n>', 'fail when there are more warnings than this', wholeNumber)
    .option('--baseline <file>', 'accept the findings that stand in this file')
    .option('--update-baseline', 'write that file anew: accept what is found now')
    .option('--config <file>', 'the configuration (default: the nearest rollout-inspect.config.json)')
    .option('--explain <id>', 'say what a check is about, and check nothing')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option(
      '--reporter <name[=file]>',
      'how it is told: pretty, json, ndjson, junit, github, sarif or html (repeatable; default: pretty, and github on GitHub)',
      collect,
    )
    .option(
      '--html <file>',
      'also write a page to look at: rollouts and findings, what follows from each, what they mean',
    )
    .option('--force', 'let a report replace a file that is none (never a rollout, nor what is checked)')
    .addOption(new Option('--json', 'the same as --reporter json').conflicts('ndjson'))
    .option('--ndjson', 'the same as --reporter ndjson')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (rollouts: string[], options: CheckCommandOptions) => {
      const { check } = await import('./check.ts');
      done(await check(rollouts, options, io));
    });
}

/** No rollouts have more warnings than this. */
const MOST = 2 ** 31 - 1;

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  if (Number(text) > MOST) throw new InvalidArgumentError(`It is more than ${MOST}.`);
  return Number(text);
}
