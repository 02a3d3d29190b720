import { escapeControls } from './escape-controls.ts';
import type { Style } from './style.ts';

/** A line of a card: what it is, and what it says. `value` is safe to show. */
export function labelled(label: string, value: string, style: Style): string {
  return `${style.muted(label.padEnd(9))}${value}`;
}

/** Whose rollout it is, as far as its session_meta says it. */
export function identity(thread: {
  readonly threadId: string | null;
  readonly cliVersion: string | null;
  readonly historyMode: string;
}): string {
  if (thread.threadId === null) return 'unknown: it does not begin with a session_meta';
  return `${thread.threadId}, Codex ${escapeControls(thread.cliVersion ?? '')}, ${thread.historyMode}`;
}
