import type { Notice } from '../usage/notice.ts';
import { escapeControls } from './escape-controls.ts';
import type { Style } from './style.ts';

/** A line of a card: what it is, and what it says. `value` is safe to show. */
export function labelled(label: string, value: string, style: Style): string {
  return `${style.muted(label.padEnd(9))}${value}`;
}

/** Whose rollout it is, as far as its session_meta says it. `notices`: these say why it says nothing. */
export function identity(
  thread: { readonly threadId: string | null; readonly cliVersion: string | null; readonly historyMode: string },
  notices: readonly Notice[] = [],
): string {
  if (thread.threadId === null) {
    if (notices.some(({ id }) => id === 'not-a-rollout')) return 'unknown: this is no rollout';
    const why = notices.find(({ id }) => id === 'no-session-meta')?.message;
    return escapeControls(`unknown: ${why ?? 'it does not begin with a session_meta'}`);
  }
  return `${thread.threadId}, Codex ${escapeControls(thread.cliVersion ?? '')}, ${thread.historyMode}`;
}
