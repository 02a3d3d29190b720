import { escapeControls } from './escape-controls.ts';

/** A line for standard error. `text` may be foreign: it comes out on one line that acts on nothing. */
export function stderrLine(text: string): string {
  return `rollout-inspect: ${escapeControls(text)}\n`;
}
