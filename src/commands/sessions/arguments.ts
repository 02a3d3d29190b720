import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { positiveInteger } from '../shared/values.ts';
import type { SessionsOptions } from './sessions.ts';

const EXAMPLES = `
Examples:
  rollout-inspect sessions
  rollout-inspect sessions --cwd . --since 7d
  rollout-inspect sessions --search birds
  rollout-inspect sessions --all --json`;

/** The command `sessions`. `done` is told how it ended. */
export function addSessions(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('sessions')
    .summary('the sessions of a Codex home, and what a client will see of each')
    .description(
      'List the sessions of a Codex home, the last one first: what they are, how full their context is, and what a client sees of their usage when it resumes them. The ids, or names, are what the other commands take.',
    )
    .option('--cwd <dir>', 'only sessions that were begun in this folder')
    .option('--since <when>', 'only sessions written to since then: 30m, 12h, 7d, 2w, or a date')
    .option('--search <text>', 'only sessions with this text in name, first prompt, folder or id')
    .option('--all', 'sub-agents and archived sessions too')
    .addOption(
      new Option('--limit <n>', 'at most n sessions (default: 30 as text, else all)').argParser(positiveInteger),
    )
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option('--emulate <version>', 'what this Codex version does on resume (default: the newest known)')
    .addOption(new Option('--json', 'print one JSON object').conflicts(['ndjson', 'csv']))
    .addOption(new Option('--ndjson', 'print a JSON object per session, one a line').conflicts('csv'))
    .option('--csv', 'print a header and a row per session')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: SessionsOptions) => {
      const { sessions } = await import('./sessions.ts');
      done(await sessions(options, io));
    });
}
