import { visible } from './escape-controls.ts';

/** A line for standard error. `text` may be foreign: it comes out on one line that acts on nothing. */
export function talk(text: string): string {
  return `rollout-inspect: ${visible(text)}\n`;
}
