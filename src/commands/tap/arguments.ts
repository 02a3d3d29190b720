import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { tapFaultForms } from '../../tap/faults/fault.ts';
import type { CheckOptions } from './check.ts';
import type { DiffOptions } from './diff.ts';
import type { ExportOptions } from './export.ts';
import type { ShimOptions } from './shim/shim.ts';
import type { WrapOptions } from './shim/wrap.ts';
import type { WatchOptions } from './watch.ts';
import type { TapOptions } from './watcher.ts';

const FAULTS = `
Faults, in what the server sends:
${Object.entries(tapFaultForms)
  .map(([form, what]) => `  ${form.padEnd(22)} ${what}`)
  .join('\n')}`;

const EXAMPLES = `
Examples:
  rollout-inspect tap --log tap.log --record tap.ndjson -- codex app-server
  rollout-inspect tap --log tap.log --listen ws://127.0.0.1:4500 --server codex
  rollout-inspect replay --transcript tap.ndjson`;

/** The command `tap`. `done` is told the code to exit with: that of the server. */
export function addTap(program: Command, io: Io, done: (code: number) => void): void {
  const collect = (value: string, before: string[] | undefined) => [...(before ?? []), value];
  const tap = program
    .command('tap')
    .summary('what passes between a client and its app-server')
    .description(
      'Stand in the place of an app-server: start it and pass everything between it and its client, byte for byte, while a log and a transcript are written. Standard output carries only what the server says.',
    )
    .argument('[command...]', 'after --: the server, as the client would start it')
    .option('--listen <url>', 'stand between any number of clients and one server: at ws://IP:PORT or unix://PATH')
    .option('--server <server>', 'with --listen: ws://…, wss://…, unix://… or codex, which is started (default: codex)')
    .option('--codex-bin <path>', 'the codex binary to start (default: $CODEX_BIN or the PATH)')
    .option(
      '--log <file>',
      'write a line about each message, to be followed with tail -f; in a folder: a file for each run',
    )
    .option(
      '--record <file>',
      'write the transcript, which replay --transcript judges; in a folder: a file for each run',
    )
    .option('--socket <path>', 'let tap watch look on at this unix socket')
    .option('--force', 'replace a file that this program did not write')
    .addOption(
      new Option('--fail-on <what>', 'exit with 1 where the server exits with 0 and something is wrong').choices([
        'fail',
        'warn',
      ]),
    )
    .option('--fault <fault>', 'what the client is made to suffer, see below (repeatable)', collect)
    .option('--quiet', 'say nothing on standard error when it is over')
    .addHelpText('after', FAULTS)
    .addHelpText('after', EXAMPLES)
    .action(async (command: string[], options: TapOptions) => {
      const { tap: run } = await import('./tap.ts');
      done(await run(command, options, io));
    });
  tap.configureHelp({ minWidthToWrap: 20, subcommandTerm: (command) => command.name() });
  tap.enablePositionalOptions();
  const codexBin = ['--codex-bin <path>', 'the codex binary to tap (default: $CODEX_BIN or the PATH)'] as const;
  tap
    .command('shim')
    .description('Write an executable that clients take for codex, and that taps every app-server which they start.')
    .argument('<dir>', 'where it comes, as codex, and where its logs and transcripts come')
    .option(...codexBin)
    .option('--force', 'replace a file that this program did not write')
    .action(async (folder: string, _: unknown, command: Command) => {
      done(await (await shims()).shim(folder, optionsOf<ShimOptions>(command), io));
    });
  tap
    .command('wrap')
    .description(
      'Put such an executable into the configuration of a client, JSON or TOML, and keep the file as it was beside it.',
    )
    .argument('<file>', 'the configuration of the client')
    .option('--shim <dir>', 'where the executable comes (default: rollout-inspect-tap, beside the file)')
    .option(...codexBin)
    .action(async (file: string, _: unknown, command: Command) => {
      done(await (await shims()).wrap(file, optionsOf<WrapOptions>(command), io));
    });
  tap
    .command('export')
    .description('Print a transcript for others to see: without prompts, outputs, paths, names and keys.')
    .argument('<capture>', 'the transcript')
    .addOption(
      new Option('--format <format>', 'how it is printed').choices(['ndjson', 'json', 'har']).default('ndjson'),
    )
    .option('--no-redact', 'print it as it is')
    .action(async (file: string, options: ExportOptions) => {
      const { exportTranscript } = await import('./export.ts');
      done(await exportTranscript(file, options, io));
    });
  tap
    .command('check')
    .description(
      'Check transcripts, for CI: every resume, rejoin, fork and turn in them. Exits with 1 where something is wrong.',
    )
    .argument('<capture...>', 'transcripts')
    .addOption(
      new Option('--reporter <name>', 'how it is told')
        .choices(['pretty', 'json', 'ndjson', 'junit', 'github', 'sarif'])
        .default('pretty'),
    )
    .addOption(
      new Option('--expect <yardstick>', 'by what it is judged').choices(['contract', 'version']).default('contract'),
    )
    .option('--codex-home <dir>', 'where rollouts are looked up that a transcript does not tell of')
    .action(async (files: string[], options: CheckOptions) => {
      const { check } = await import('./check.ts');
      done(await check(files, options, io));
    });
  tap
    .command('diff')
    .description('What one transcript has and another has not, message by message, apart from ids and times.')
    .argument('<capture>', 'a transcript')
    .argument('<other>', 'another one')
    .option('--exit-code', 'exit with 1 where they differ')
    .action(async (one: string, other: string, options: DiffOptions) => {
      const { diff } = await import('./diff.ts');
      done(await diff(one, other, options, io));
    });
  tap
    .command('watch')
    .description('Show the messages of a transcript, also of one that is being written, or is still to come.')
    .argument('<capture>', 'the transcript, or the socket of a tap, which may be unix://PATH: then it is waited for')
    .argument(
      '[filter...]',
      'what is shown, all of which must hold: method:PART, id:, dir:sent|received|stderr, conn:c1, kind:request|response|error|notification|unreadable, status:pending|late|error',
    )
    .option('--follow', 'go on as it grows, and with the one that takes its place')
    .option('--full', 'with the bodies')
    .action(async (file: string, filters: string[], options: WatchOptions) => {
      const { watch } = await import('./watch.ts');
      done(await watch(file, filters, options, io));
    });
  tap
    .command('unwrap')
    .description('Put the configuration of a client back as it was.')
    .argument('<file>', 'the configuration of the client')
    .action(async (file: string) => done(await (await shims()).unwrap(file, io)));
}

/** Options that a subcommand shares with `tap` are taken for those of `tap`, wherever they stand. */
function optionsOf<T>(command: Command): T {
  return command.optsWithGlobals() as T;
}

const shims = async () => ({ ...(await import('./shim/shim.ts')), ...(await import('./shim/wrap.ts')) });
