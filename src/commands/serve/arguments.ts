import { Argument, type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { faultNames } from '../../server/faults/fault.ts';
import type { ServeOptions } from './serve-options.ts';
import type { ServeShimOptions } from './shim.ts';

const FAULTS = `
Faults, in thread/resume and thread/fork:
${Object.entries(faultNames)
  .map(([name, what]) => `  ${(name === 'slow' ? 'slow:<ms>' : name).padEnd(22)} ${what}`)
  .join('\n')}`;

const HOME = `
One server at a time: no other server, and no Codex, may write to the home meanwhile. Nothing locks it.
A turn or a fork that was being written when a server was killed is undone when the next one starts.
Rollouts elsewhere, or behind links that lead out of the home, are resumed and forked, but take no turns.`;

const EXAMPLES = `
Examples:
  rollout-inspect serve --codex-home ./codex-home
  rollout-inspect serve --codex-home ./codex-home --listen ws://127.0.0.1:0 --emulate 0.144.6
  rollout-inspect serve --codex-home ./codex-home app-server -c model=gpt-5
  rollout-inspect serve --codex-home ./codex-home --fault omit-usage --fault slow:250
  rollout-inspect serve --from tap.ndjson`;

/** The command `serve`. `done` is told how it ended. */
export function addServe(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  const serve = program
    .command('serve')
    .summary('an app-server that does with rollouts what Codex does')
    .description(
      'Serve the threads of a Codex home as an app-server: resume, rejoin and fork as a Codex version does them, turns with a scripted model, and faults on demand.',
    )
    .option('--codex-home <dir>', 'the home that is served: forks and turns are written there, and nowhere else')
    .option('--from <file>', 'instead of a home: a session that tap or replay recorded, played again')
    .addArgument(
      new Argument(
        '[app-server]',
        'may be there, so that clients which start `codex app-server` can start this; settings for Codex such as -c key=value are not looked at',
      ).choices(['app-server']),
    )
    .option('--listen <url>', 'stdio://, ws://IP:PORT (port 0: any) or unix://PATH', 'stdio://')
    .option('--emulate <version>', 'the Codex version to behave like (default: the newest known)')
    .option('--fault <name>', 'what goes wrong, see below (repeatable)', collect)
    .option('--script <file>', 'what the model does, turn by turn (docs/serve.md)')
    .option('--seed <text>', 'make ids and times the same ones each time, for golden tests of clients')
    .addOption(new Option('--stdio', 'the same as --listen stdio://').hideHelp())
    .option('--token-env <name>', 'the environment variable that holds the bearer token that ws clients must show')
    .addOption(new Option('--token-file <file>', 'the file that holds it').conflicts('tokenEnv'))
    .addOption(new Option('--ws-auth <mode>').choices(['capability-token']).hideHelp())
    .addOption(new Option('--ws-token-file <file>').conflicts(['tokenEnv', 'tokenFile']).hideHelp())
    .addHelpText('after', HOME)
    .addHelpText('after', FAULTS)
    .addHelpText('after', EXAMPLES)
    .action(async (_: 'app-server' | undefined, options: ServeOptions) => {
      const command = await import('./serve.ts');
      const ignored = settings.filter((each) => serve.getOptionValue(each.attributeName()) !== undefined);
      done(await command.serve({ ...options, ignored: ignored.map(({ long }) => long ?? '') }, io));
    });
  const settings = CODEX_SETTINGS.map((flags) => new Option(flags).hideHelp());
  for (const setting of settings) serve.addOption(setting);
}

const SHIM_EXAMPLES = `
Examples:
  rollout-inspect shim ./shim --codex-home ./codex-home
  CODEX_PATH=./shim/codex my-client`;

/** The command `shim`. `done` is told how it ended. */
export function addShim(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  program
    .command('shim')
    .summary('an executable that clients take for codex, whose app-server is that of serve')
    .description(
      'Write an executable `codex` into a folder: what a client starts with it as app-server is served as `serve` does, and whatever else it asks codex for is handed to the real one, if there is one.',
    )
    .argument('<folder>', 'where it is written')
    .requiredOption('--codex-home <dir>', 'the home that is served')
    .option('--emulate <version>', 'the Codex version to behave like (default: the newest known)')
    .option('--fault <name>', 'what goes wrong, see serve --help (repeatable)', collect)
    .option('--script <file>', 'what the model does, turn by turn (docs/serve.md)')
    .option('--seed <text>', 'make ids and times the same ones each time')
    .option('--codex-bin <path>', 'the codex for everything else (default: $CODEX_BIN or the PATH)')
    .option('--force', 'replace a file that this program did not write')
    .addHelpText('after', SHIM_EXAMPLES)
    .action(async (folder: string, options: ServeShimOptions) => {
      const command = await import('./shim.ts');
      done(await command.shim(folder, options, io));
    });
}

/** Options of `codex app-server` that a client may give, and that mean nothing here. */
const CODEX_SETTINGS = [
  '-c, --config <setting>',
  '--enable <feature>',
  '--disable <feature>',
  '--startup-client-info <json>',
  '--analytics-default-enabled',
  '--strict-config',
];
