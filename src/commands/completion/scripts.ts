/** A command and its options, as far as a shell completes them. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  /** With their dashes: `--json`. */
  readonly options: readonly string[];
}

export type Shell = 'bash' | 'zsh' | 'fish';

/** Makes the script that completes the commands, their options and paths in a shell. */
export const completionScripts: Readonly<Record<Shell, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: (commands) => `#compdef rollout-inspect\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`,
  fish: fishScript,
};

function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const cases = commands.map(({ name, options }) => `    ${name}) words='${options.join(' ')}' ;;`);
  return `_rollout_inspect() {
  local word=\${COMP_WORDS[COMP_CWORD]} words='${names}'
  [ "$COMP_CWORD" -eq 1 ] || case \${COMP_WORDS[1]} in
${cases.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ] || [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _rollout_inspect rollout-inspect
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c rollout-inspect -n __fish_use_subcommand -f -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ...options.map(
      (option) => `complete -c rollout-inspect -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}
