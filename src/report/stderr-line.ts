import { escapeControls } from './escape-controls.ts';

const BEGINNING = 'rollout-inspect: ';

/** A line for standard error. `text` may be foreign: it comes out on one line that acts on nothing. */
export function stderrLine(text: string): string {
  return `${BEGINNING}${escapeControls(text)}\n`;
}

/** Whether a text is such a line. */
export function isMessage(text: string): boolean {
  return text.startsWith(BEGINNING);
}
