const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

/** Where the value of a member stands in the text that was scanned last; `start` is negative when it is not there. */
export interface Found {
  start: number;
  end: number;
  readonly onFound: (start: number, end: number) => void;
}

export function found(): Found {
  const place: Found = {
    start: -1,
    end: -1,
    onFound: (start, end) => {
      place.start = start;
      place.end = end;
    },
  };
  return place;
}

/** Whether the member is there, and is not null. */
export function isThere(bytes: Buffer, { start }: Found): boolean {
  return start >= 0 && bytes[start] !== 0x6e;
}

/** The text of a string without escapes; undefined when it is none. */
export function plainText(bytes: Buffer, { start, end }: Found): string | undefined {
  if (start < 0 || bytes[start] !== QUOTE) return undefined;
  for (let at = start + 1; at < end - 1; at++) if (bytes[at] === BACKSLASH) return undefined;
  return bytes.toString('utf8', start + 1, end - 1);
}

/** A whole number that `scanInteger` took; null when the member is not there or is null, undefined when it is something else. */
export function wholeNumber(bytes: Buffer, place: Found): bigint | null | undefined {
  if (!isThere(bytes, place)) return null;
  const isNegative = bytes[place.start] === MINUS;
  let value = 0;
  for (let at = place.start + (isNegative ? 1 : 0); at < place.end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return BigInt(isNegative ? -value : value);
}
