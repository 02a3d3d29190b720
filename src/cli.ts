import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { TurnsOptions } from './commands/turns.ts';
import type { UsageOptions } from './commands/usage.ts';
import { type ExitCode, exitCode, UserError } from './errors.ts';
import { type Io, OutputFailed } from './io.ts';
import { talk } from './report/talk.ts';

const EXIT_CODES = `
Exit codes:
  0   done, nothing is wrong (also when the reader of the output has left)
  1   usage: there is none
  2   could not do it: arguments, a missing or unreadable file, output that cannot be written
  3   partial: some input is damaged, the answer covers the rest
  70  a bug of rollout-inspect`;

const USAGE_EXAMPLES = `
Examples:
  rollout-inspect usage --last
  rollout-inspect usage samples/0.169.0/two-turns.jsonl
  rollout-inspect usage samples/0.144.6 --csv
  rollout-inspect usage - --json < samples/0.122.0/resumed.jsonl`;

const TURNS_EXAMPLES = `
Examples:
  rollout-inspect turns --last
  rollout-inspect turns samples/0.169.0/compacted.jsonl
  rollout-inspect turns samples/0.144.6/fork.jsonl --last-turns 1 --json
  rollout-inspect turns - --csv < samples/0.122.0/resumed.jsonl`;

/**
 * Runs one command line.
 * @param args what follows the program's name
 * @returns the code to exit with; a failure has been told on standard error, in one line
 */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await parseAndRun(args, io);
  } catch (error) {
    return await tell(error, args.includes('--debug'), io);
  }
}

async function parseAndRun(args: readonly string[], io: Io): Promise<ExitCode> {
  const help: string[] = [];
  const complaints: string[] = [];
  let code: ExitCode = exitCode.ok;
  const program = new Command('rollout-inspect')
    .description('Inspector and debugger for Codex rollouts.')
    .version(packageJson.version)
    .option('--debug', 'show the stack of an internal error')
    .configureOutput({
      writeOut: (text) => help.push(text),
      writeErr: (text) => complaints.push(text),
      outputError: () => {},
      getOutHelpWidth: () => (Number.isFinite(io.columns) ? io.columns : 80),
    })
    .exitOverride()
    .addHelpText('after', EXIT_CODES);
  const done = (result: ExitCode) => {
    code = result;
  };
  addUsage(program, io, done);
  addTurns(program, io, done);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw badArguments(error, complaints);
  }
  await io.out(help.join(''));
  return code;
}

function addUsage(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('usage')
    .summary('the token usage that resume and fork restore')
    .description('Show the TokenUsageInfo that Codex restores from a rollout: its last token_count with usage.')
    .argument('[rollout...]', 'a file, a directory, a thread id, or - for standard input')
    .option('--last', 'the newest rollout in the Codex home')
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option('--emulate <version>', 'decode as this Codex version does (default: the newest known)')
    .option('--lenient', 'exit 0 although lines were skipped that Codex skips too')
    .addOption(new Option('--json', 'print one JSON object').conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'print a JSON object per rollout, one a line').conflicts('csv'))
    .option('--csv', 'print a header and a row per rollout')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', USAGE_EXAMPLES)
    .action(async (rollouts: string[], options: UsageOptions) => {
      const { usage } = await import('./commands/usage.ts');
      done(await usage(rollouts, options, io));
    });
}

function addTurns(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('turns')
    .summary('the turns of a thread and what each of them used')
    .description('Show the turns of a rollout: what each used, and how the context filled up.')
    .argument('[rollout]', 'a file, a thread id, or - for standard input')
    .option('--last', 'the newest rollout in the Codex home')
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
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', TURNS_EXAMPLES)
    .action(async (rollout: string | undefined, options: TurnsOptions) => {
      const { turns } = await import('./commands/turns.ts');
      done(await turns(rollout, options, io));
    });
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is not a whole number above 0.');
  return Number(text);
}

/** Commander's complaint as ours: its first line, with its suggestion as the hint. */
function badArguments(error: CommanderError, complaints: readonly string[]): UserError {
  if (complaints.length > 0) return new UserError('no command given', { hint: 'try: rollout-inspect --help' });
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  return new UserError(message, { hint: suggestion?.replace(/^\(|\)$/g, '') ?? 'see --help' });
}

async function tell(error: unknown, debug: boolean, io: Io): Promise<ExitCode> {
  if (error instanceof OutputFailed && error.code === 'EPIPE') return exitCode.ok;
  const isExpected = error instanceof UserError || error instanceof OutputFailed;
  const message = error instanceof UserError ? error.oneLine : error instanceof Error ? error.message : String(error);
  await io.err(talk(isExpected ? message : `internal error, please report it: ${message}`));
  if (debug && error instanceof Error && error.stack) {
    for (const line of error.stack.split('\n')) await io.err(talk(line));
  }
  return isExpected ? exitCode.cannot : exitCode.crash;
}
