/**
 * Foreign text made safe to show. Whatever a rollout, an argument or a server says passes through here before it
 * reaches a terminal or a CI log.
 */

/** Control, format (bidirectional, zero-width, tag) and line-separating characters, and lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2065\u{e0000}-\u{e007f}]/gu;
/** CI runners obey `##[group]`, `##vso[…]` and `##teamcity[…]` anywhere in a line. */
const BRACKET_COMMAND = /##(?=\w*\[)/g;
/** GitHub's runner obeys `::error::` at the start of a line, after any white space. */
const COLON_COMMAND = /^(\s*):(?=:)/;

/** `text` on one line, with every character that could act on a terminal or a CI log written as an escape. */
export function escapeControls(text: string): string {
  return text
    .replace(INVISIBLE, (character) => escaped(character.codePointAt(0) as number))
    .replace(BRACKET_COMMAND, '#\\x23')
    .replace(COLON_COMMAND, '$1\\x3a');
}

function escaped(codePoint: number): string {
  const hex = codePoint.toString(16);
  return codePoint < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
}

/** Characters that JSON may hold raw in a string, but that could act on a terminal. */
const INVISIBLE_IN_JSON = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\u2065\u{e0000}-\u{e007f}]/gu;

/** JSON text whose value stays the same, with every such character and CI command written as a `\u` escape. */
export function visibleJson(json: string): string {
  return (OTHER_THAN_ASCII.test(json) ? escapedInJson(json) : json).replace(BRACKET_COMMAND, '\\u0023#');
}

/** Nearly all JSON is plain, and is told so ten times as fast as by the expression with all the classes. */
const OTHER_THAN_ASCII = /[^\n -~]/;

function escapedInJson(json: string): string {
  return json.replace(INVISIBLE_IN_JSON, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${hex4(character.charCodeAt(i))}`).join(''),
  );
}

function hex4(codeUnit: number): string {
  return codeUnit.toString(16).padStart(4, '0');
}
