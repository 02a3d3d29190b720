import { escapeControls } from '../escape-controls.ts';

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/**
 * Foreign text for XML 1.0, between tags or in an attribute. What XML forbids is forbidden as a numeric reference too,
 * so it is written as the escape that terminals get.
 */
export function xmlText(text: string): string {
  return escapeControls(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"]/g, (character) => entities.get(character) as string);
}

/** Attributes as they stand in a tag. */
export function xmlAttributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlText(String(value))}"`)
    .join('');
}
