import { Command, CommanderError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { UsageOptions } from './commands/usage.ts';
import { type ExitCode, exitCode, UserError } from './errors.ts';
import { type Io, OutputFailed } from './io.ts';
import { talk } from './report/talk.ts';

const EXIT_CODES = `
Exit codes:
  0   done, nothing is wrong (also when the reader of the output has left)
  1   there is no usage
  2   could not do it: arguments, a missing or unreadable file, output that cannot be written
  3   partial: some input is damaged, the answer covers the rest
  70  a bug of rollout-inspect`;

const USAGE_EXAMPLES = `
Examples:
  rollout-inspect usage --last
  rollout-inspect usage samples/0.169.0/two-turns.jsonl
  rollout-inspect usage samples/0.144.6 --csv
  rollout-inspect usage - --json < samples/0.122.0/resumed.jsonl`;

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
  addUsage(program, io, (result) => {
    code = result;
  });
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
    .option('--codex-home <dir>', 'where thread ids are looked up (default: $CODEX_HOME or ~/.codex)')
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
