import { type Command, Option } from 'commander';
import type { ExitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import type { CompatOptions } from './compat.ts';

const EXAMPLES = `
Examples:
  rollout-inspect compat --last
  rollout-inspect compat fixtures --from 0.150.0 --to 0.169.0
  rollout-inspect compat 01a20417-8cab --exclude-turns --json`;

const LIVE_EXAMPLES = `
With real versions, which --install fetches from npm:
  $ rollout-inspect compat --last --live --install --bisect --from 0.160.0
  $ rollout-inspect compat --schema 0.164.0 0.169.0 --install`;

/** The command `compat`. `done` is told how it ended. */
export function addCompat(program: Command, io: Io, done: (code: ExitCode) => void): void {
  program
    .command('compat')
    .summary('what each Codex version does with rollouts, and what changes for the worse')
    .description(
      'Show what resume, rejoin and fork do with rollouts on each released Codex version between two, by the rules that were measured: which versions answer the same, which refuse, lose usage or answer otherwise, and why.',
    )
    .argument('[rollout...]', 'files, directories or thread ids; with --schema two versions')
    .option('--last', 'the newest rollout in the Codex home')
    .option('--from <version>', 'the oldest version (default: the first that sends restored usage, 0.122.0)')
    .option('--to <version>', 'the newest version (default: the newest known)')
    .option('--exclude-turns', 'ask for no turns')
    .addOption(
      new Option('--home <state>', 'whether the Codex home knew the ancestors before, or was given copies').choices([
        'used',
        'new',
      ]),
    )
    .option('--live', 'ask real versions, on throw-away copies: those that are installed in the cache folder')
    .option('--bisect', 'with --live: ask only as many versions as it takes to find where the answers change')
    .option('--install', 'fetch versions that are missing from npm into the cache folder, some 0.3 GB each')
    .option(
      '--cache <dir>',
      'the cache folder; it can be removed at any time (default: ~/.cache/rollout-inspect/codex)',
    )
    .addOption(
      new Option(
        '--schema',
        'compare the app-server protocol of two versions, which stand in the place of rollouts',
      ).conflicts('html'),
    )
    .option('--codex-home <dir>', 'the Codex home that is looked into (default: $CODEX_HOME or ~/.codex)')
    .option('--json', 'print one JSON object')
    .option('--html <file>', 'also write a page to look at: rollouts and versions, and why the answers change')
    .option('--force', 'let --html replace a file that this program did not write')
    .addOption(new Option('--color <when>', 'colour the text').choices(['auto', 'always', 'never']).default('auto'))
    .addHelpText('after', EXAMPLES + LIVE_EXAMPLES)
    .action(async (rollouts: string[], options: CompatOptions) => {
      if (options.schema) {
        const { compatSchema } = await import('./schema.ts');
        return done(await compatSchema(rollouts, options, io));
      }
      const { compat } = await import('./compat.ts');
      done(await compat(rollouts, options, io));
    });
}
