import type { ByteProbe } from './line.ts';

const NAME = Buffer.from('"token_count"');
const ESCAPE = Buffer.from('\\u00');
/** The second half of the escapes that can spell a letter of `token_count`. */
const SPELLS = new Set([...new Set('token_count')].map((letter) => letter.charCodeAt(0).toString(16)));

/**
 * Whether a line that holds these bytes can be a `token_count`: it spells the name as a whole string, plainly or
 * with `\u` escapes. Inside a string of another record the quotes would be escaped. A yes may be wrong, a no is not.
 */
export const tokenCountProbe: ByteProbe = {
  reach: NAME.length,
  matches: (bytes) => bytes.includes(NAME) || holdsSpellingEscape(bytes),
};

function holdsSpellingEscape(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(ESCAPE); at >= 0; at = bytes.indexOf(ESCAPE, at + 1)) {
    const digits = bytes.toString('latin1', at + ESCAPE.length, at + ESCAPE.length + 2);
    if (SPELLS.has(digits.toLowerCase())) return true;
  }
  return false;
}
