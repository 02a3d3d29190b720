import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import type { TapOptions } from './tap.ts';

const EXAMPLES = `
Examples:
  rollout-inspect tap --log tap.log --record tap.ndjson -- codex app-server
  rollout-inspect replay --transcript tap.ndjson`;

/** The command `tap`. `done` is told the code to exit with: that of the server. */
export function addTap(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('tap')
    .summary('what passes between a client and its app-server')
    .description(
      'Stand in the place of an app-server: start it and pass everything between it and its client, byte for byte, while a log and a transcript are written. Standard output carries only what the server says.',
    )
    .argument('<command...>', 'after --: the server, as the client would start it')
    .option('--log <file>', 'write a line about each message, to be followed with tail -f')
    .option('--record <file>', 'write the transcript, which replay --transcript judges')
    .option('--force', 'replace a file that this program did not write')
    .addOption(
      new Option('--fail-on <what>', 'exit with 1 where the server exits with 0 and something is wrong').choices([
        'fail',
        'warn',
      ]),
    )
    .option('--quiet', 'say nothing on standard error when it is over')
    .addHelpText('after', EXAMPLES)
    .action(async (command: string[], options: TapOptions) => {
      const { tap } = await import('./tap.ts');
      done(await tap(command, options, io));
    });
}
