import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addCheck } from './commands/check/arguments.ts';
import { addCompat } from './commands/compat/arguments.ts';
import { addCompletion } from './commands/completion/arguments.ts';
import { addExport } from './commands/export/arguments.ts';
import { addRedact } from './commands/redact/arguments.ts';
import { addReplay } from './commands/replay/arguments.ts';
import { addServe, addShim } from './commands/serve/arguments.ts';
import { addSessions } from './commands/sessions/arguments.ts';
import { addSize } from './commands/size/arguments.ts';
import { addTap } from './commands/tap/arguments.ts';
import { addTree } from './commands/tree/arguments.ts';
import { addTurns } from './commands/turns/arguments.ts';
import { addUsage } from './commands/usage/arguments.ts';
import { exitCode, Problem, UserError } from './errors.ts';
import { type Io, OutputFailed } from './io.ts';
import { folded } from './report/folded.ts';
import { isMessage, stderrLine } from './report/stderr-line.ts';

const EXAMPLES = `
Examples:
  rollout-inspect sessions
  rollout-inspect usage --last
  rollout-inspect replay --resume --last
`;

const EXIT_CODES = `
Exit codes:
  0   done, nothing is wrong (also when the reader of the output has left)
  1   usage: there is none; replay, check: something is not as it should be; compat: something changes for the worse
  2   could not do it: arguments, a missing or unreadable file, output that cannot be written
  3   partial: some input is damaged, the answer covers the rest
  4   the server failed: start, dial, timeout, protocol, death
  70  a bug of rollout-inspect`;

/**
 * Runs one command line.
 * @param args what follows the program's name
 * @returns the code to exit with; a failure has been told on standard error, in one line
 */
export async function run(args: readonly string[], outside: Io): Promise<number> {
  const io = withFoldedMessages(outside);
  try {
    return await parseAndRun(args, io);
  } catch (error) {
    return await report(error, args.includes('--debug'), io);
  }
}

/** At a terminal, messages are broken between words. What else is written there, such as progress, minds the width itself. */
function withFoldedMessages(io: Io): Io {
  const err: Io['err'] = (text) => io.err(isMessage(text) ? folded(text, io.errColumns) : text);
  // The streams are opened when they are asked for: they cannot be copied.
  return io.errIsTerminal ? Object.create(io, { err: { value: err } }) : io;
}

async function parseAndRun(args: readonly string[], io: Io): Promise<number> {
  const help: string[] = [];
  const complaints: string[] = [];
  let code: number = exitCode.ok;
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
    .configureHelp({ minWidthToWrap: 20 })
    .exitOverride()
    .addHelpText('after', EXAMPLES + EXIT_CODES);
  const done = (result: number) => {
    code = result;
  };
  addSessions(program, io, done);
  addUsage(program, io, done);
  addTurns(program, io, done);
  addTree(program, io, done);
  addSize(program, io, done);
  addExport(program, io, done);
  addReplay(program, io, done);
  addCheck(program, io, done);
  addCompat(program, io, done);
  addServe(program, io, done);
  addShim(program, io, done);
  addCompletion(program, io);
  addTap(program, io, done);
  addRedact(program, io, done);
  try {
    await program.parseAsync(helped(args, program), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw badArguments(error, complaints);
  }
  if (help.length > 0) await io.out(folded(help.join(''), io.columns));
  return code;
}

/** The arguments; of `help` and what is no command the latter alone, which is complained about with what it may have meant. */
function helped(args: readonly string[], { commands }: Command): readonly string[] {
  const [first, name] = args;
  const isWrong = first === 'help' && name !== undefined && !commands.some((command) => command.name() === name);
  return isWrong ? [name] : args;
}

/** Commander's complaint as ours: its first line, with its suggestion as the hint. */
function badArguments(error: CommanderError, complaints: readonly string[]): UserError {
  if (complaints.length > 0) return new UserError('no command given', { hint: 'try: rollout-inspect --help' });
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  return new UserError(message, { hint: suggestion?.replace(/^\(|\)$/g, '') ?? 'see --help' });
}

async function report(error: unknown, debug: boolean, io: Io): Promise<number> {
  if (error instanceof OutputFailed && error.systemCode === 'EPIPE') return exitCode.ok;
  const code = error instanceof Problem ? error.exitCode : exitCode.crash;
  await io.err(
    stderrLine(code === exitCode.crash ? `internal error, please report it: ${oneLine(error)}` : oneLine(error)),
  );
  if (debug && error instanceof Error && error.stack) {
    for (const line of error.stack.split('\n')) await io.err(stderrLine(line));
  }
  return code;
}

function oneLine(error: unknown): string {
  if (error instanceof Problem) return error.oneLine;
  return error instanceof Error ? error.message : String(error);
}
