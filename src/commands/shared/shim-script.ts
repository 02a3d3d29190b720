/** An executable that clients take for codex. */
export interface Shim {
  /** What it is called in its own second line, by which it is known again. */
  readonly title: string;
  /** The words that are started for an app-server, in front of those that the client gives. */
  readonly appServer: readonly string[];
  /** The codex that everything else is handed to; null when there is none. */
  readonly codex: string | null;
}

/** The text of a shim, for a POSIX shell. */
export function shimScript({ title, appServer, codex }: Shim): string {
  const otherwise =
    codex === null
      ? ["echo 'codex: only app-server is there: rollout-inspect stands in for codex' >&2", 'exit 1']
      : [`exec ${quoted(codex)} "$@"`];
  return [
    '#!/bin/sh',
    `# ${title}`,
    'for word in "$@"; do',
    `  if [ "$word" = app-server ]; then exec ${appServer.map(quoted).join(' ')} "$@"; fi`,
    'done',
    ...otherwise,
    '',
  ].join('\n');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
