import { Argument, type Command } from 'commander';
import type { Io } from '../../io.ts';
import type { CompletedCommand, Shell } from './scripts.ts';

const EXAMPLES = `
Examples:
  rollout-inspect completion bash > rollout-inspect.bash
  rollout-inspect completion zsh > _rollout-inspect
  rollout-inspect completion fish > rollout-inspect.fish

For good: eval "$(rollout-inspect completion bash)" in ~/.bashrc, the same with zsh in ~/.zshrc, and for fish
write it to ~/.config/fish/completions/rollout-inspect.fish.`;

/** The command `completion`, for the commands that `program` has when it is run. */
export function addCompletion(program: Command, io: Io): void {
  program
    .command('completion')
    .summary('a script that completes commands and options in a shell')
    .description('Print a script for a shell, which completes the commands, their options, and paths.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: Shell) => {
      const { completionScripts } = await import('./scripts.ts');
      await io.out(completionScripts[shell](program.commands.map(completed)));
    });
}

function completed(command: Command): CompletedCommand {
  const options = command.options.flatMap(({ long }) => (long ? [long] : []));
  return { name: command.name(), summary: command.summary(), options: [...options, '--help'] };
}
