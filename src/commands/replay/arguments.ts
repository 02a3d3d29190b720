import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { positiveInteger } from '../shared/values.ts';
import type { ReplayOptions } from './plan.ts';

const EXAMPLES = `
Examples:
  rollout-inspect replay --resume --last
  rollout-inspect replay --resume 01a20417-8cab --expect version
  rollout-inspect replay --fork ./rollout.jsonl --last-turn 01a20417…a36c --server embedded
  rollout-inspect replay --rejoin 'Birds in winter' --server embedded --json
  rollout-inspect replay --resume --last -- codex app-server`;

/** The command `replay`. `done` is told how it ended. */
export function addReplay(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const milliseconds = (flags: string, what: string) => new Option(`${flags} <ms>`, what).argParser(positiveInteger);
  const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  program
    .command('replay')
    .summary('what an app-server sends on resume, rejoin or fork, and whether it is right')
    .description(
      'Drive thread/resume or thread/fork on an app-server, show the responses and notifications in order, and judge whether the usage was replayed as it should be. A server that is started works on a throw-away copy of the rollout.',
    )
    .argument(
      '[command...]',
      'after --: a command that speaks the app-server protocol on its standard input and output; it runs in the Codex home that it is given ($CODEX_HOME)',
    )
    .addOption(
      new Option(
        '--resume <rollout>',
        'resume this thread: a path, an id or its beginning, a session name, or --last',
      ).conflicts(['fork', 'rejoin']),
    )
    .addOption(new Option('--fork <rollout>', 'fork this thread').conflicts('rejoin'))
    .option('--rejoin <rollout>', 'resume this thread while it runs for another connection')
    .option(
      '--server <server>',
      'codex, embedded, ws://…, wss://… or unix://… (default: codex if there is one, else embedded)',
    )
    .option(
      '--codex-bin <path>',
      'the codex binary, by path or by its name on the PATH (default: $CODEX_BIN or the PATH)',
    )
    .option(
      '--emulate <version>',
      'the Codex version that the embedded server emulates (default, and for newer ones: the newest known)',
    )
    .option(
      '--fault <name>',
      'have the embedded server misbehave in this way (repeatable; serve --help lists them)',
      collect,
    )
    .option('--exclude-turns', 'ask for no turns')
    .addOption(
      new Option(
        '--home <state>',
        'whether the throw-away home knew the ancestors before (used), or gets copies only, like a container (new)',
      ).choices(['used', 'new']),
    )
    .option('--last-turn <id>', 'fork: everything up to and with this turn; the beginning of an id will do')
    .option('--before-turn <id>', 'fork: everything before this turn')
    .addOption(
      new Option('--expect <yardstick>', 'judge by what is owed, or by what this version is known to do')
        .choices(['contract', 'version'])
        .default('contract'),
    )
    .option('--in-place', 'let the server work in the real Codex home: it may write there')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option(
      '--observer',
      'hold a second connection, which must not be told the usage (default: for --rejoin, and with a server that is embedded or runs already); a codex that is started then listens on a loopback websocket',
    )
    .option('--no-observer', 'hold one connection only')
    .option('--full', 'show the bodies of the messages')
    .option('--record <file>', 'write the messages to this file, as --ndjson does')
    .option('--html <file>', 'also write a page to look at: the messages in order, the checks, the verdict')
    .option('--force', 'let --record and --html replace a file that this program did not write')
    .option('--transcript <file>', 'judge such a file; no server is started')
    .option('--env <name>', 'hand this environment variable to the server too (repeatable)', collect)
    .option('--token-env <name>', 'the environment variable that holds the bearer token of a ws server')
    .addOption(new Option('--token-file <file>', 'the file that holds it').conflicts('tokenEnv'))
    .addOption(milliseconds('--connect-timeout', 'until a connection stands (default: 10000)'))
    .addOption(
      milliseconds('--initialize-timeout', 'until initialize is answered (default: 20000, more for large rollouts)'),
    )
    .addOption(
      milliseconds('--request-timeout', 'until a request is answered (default: 30000, more for large rollouts)'),
    )
    .addOption(milliseconds('--quiet-ms', 'without a message until it is over (default: 500, more for large rollouts)'))
    .addOption(milliseconds('--timeout', 'for the whole run'))
    .addOption(new Option('--json', 'print one JSON object').conflicts('ndjson'))
    .option('--ndjson', 'print a JSON object per message as it comes, and the verdict last')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (command: string[], options: ReplayOptions) => {
      const { replayCommand } = await import('./replay.ts');
      done(await replayCommand(command, options, io));
    });
}
