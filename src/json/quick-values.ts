import { standsAt } from './bytes.ts';
import { DOUBT, type Scan, type ScannedField, scanNull } from './quick-scan.ts';

/** A member that nobody asks the place of. */
export function scannedField(name: string, scan: Scan, isRequired = false): ScannedField {
  return { name, isRequired, scan };
}

/** `null`, or what `scan` takes. */
export function orNull(scan: Scan): Scan {
  return (bytes, at, depth) => (bytes[at] === 0x6e ? scanNull(bytes, at, depth) : scan(bytes, at, depth));
}

/** What the first of these takes that takes anything. */
export function anyOf(alternatives: readonly Scan[]): Scan {
  return (bytes, at, depth) => {
    for (const scan of alternatives) {
      const end = scan(bytes, at, depth);
      if (end >= 0) return end;
    }
    return DOUBT;
  };
}

/** A string that is one of `names`, written without escapes. */
export function oneOf(names: readonly string[]): Scan {
  const texts = names.map((name) => Buffer.from(`"${name}"`));
  return (bytes, at) => {
    for (const text of texts) if (standsAt(text, bytes, at)) return at + text.length;
    return DOUBT;
  };
}

/** A UUID in its one usual form. */
export const scanUuid: Scan = (bytes, at) => {
  if (bytes[at] !== 0x22 || bytes[at + 37] !== 0x22) return DOUBT;
  for (let i = 1; i <= 36; i++) {
    const byte = bytes[at + i] as number;
    const letter = byte | 0x20;
    const isHex = (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x66);
    const isDash = i === 9 || i === 14 || i === 19 || i === 24;
    if (isDash ? byte !== 0x2d : !isHex) return DOUBT;
  }
  return at + 38;
};
