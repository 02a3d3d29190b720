/**
 * How Codex begins each line: `{"timestamp":"…",` then perhaps `"ordinal":n,` then `"type":"…","payload":{`, and in an
 * event_msg or a response_item next `"type":"…"`. A few comparisons of bytes tell what kind of line it is.
 */
const TIMESTAMP = Buffer.from('{"timestamp":"');
const ORDINAL = Buffer.from('"ordinal":');
const TYPE = Buffer.from('"type":"');
const PAYLOAD = Buffer.from('"payload":{');
const TYPE_OF_PAYLOAD = Buffer.from('"type":"');

const QUOTE = 0x22;
const COMMA = 0x2c;

/** So many bytes of a line are enough to tell its kind, if it begins as Codex begins lines. */
export const HEAD_BYTES = 512;

/**
 * Tells the kinds of lines by their first bytes: `compacted`, or `event_msg/token_count` where the payload has a type of
 * its own. Each kind is one string, made once. What else the head says is there until the next line is read.
 */
export class KindAtHead {
  /** Where the timestamp stands, without its quotes. */
  timestampStart = 0;
  timestampEnd = 0;
  /** Where the digits of the ordinal stand; the same place twice when there is none. */
  ordinalStart = 0;
  ordinalEnd = 0;
  /** Where the payload begins, with its brace. */
  payloadStart = 0;
  readonly #known = new Map<number, { readonly bytes: Buffer; readonly kind: string }[]>();
  #remembered = 0;

  /** Null when the line that stands in `bytes` from `start` to `end` begins otherwise: then only parsing can tell. */
  read(bytes: Buffer, start: number, end: number): string | null {
    if (!standsAt(TIMESTAMP, bytes, start, end)) return null;
    let at = plainTextEnd(bytes, start + TIMESTAMP.length, end);
    if (at < 0 || bytes[at + 1] !== COMMA) return null;
    this.timestampStart = start + TIMESTAMP.length;
    this.timestampEnd = at;
    at += 2;
    this.ordinalStart = at;
    this.ordinalEnd = at;
    if (standsAt(ORDINAL, bytes, at, end)) {
      this.ordinalStart = at + ORDINAL.length;
      at = digitsEnd(bytes, this.ordinalStart, end);
      if (at === this.ordinalStart || bytes[at] !== COMMA) return null;
      this.ordinalEnd = at++;
    }
    if (!standsAt(TYPE, bytes, at, end)) return null;
    const nameStart = at + TYPE.length;
    let nameEnd = plainTextEnd(bytes, nameStart, end);
    if (nameEnd < 0 || bytes[nameEnd + 1] !== COMMA || !standsAt(PAYLOAD, bytes, nameEnd + 2, end)) return null;
    this.payloadStart = nameEnd + 1 + PAYLOAD.length;
    if (isEnvelopeOfMany(bytes, nameStart, nameEnd)) {
      const second = nameEnd + 2 + PAYLOAD.length;
      if (!standsAt(TYPE_OF_PAYLOAD, bytes, second, end)) return null;
      nameEnd = plainTextEnd(bytes, second + TYPE_OF_PAYLOAD.length, end);
      if (nameEnd < 0) return null;
    }
    return this.#kind(bytes, nameStart, nameEnd);
  }

  #kind(bytes: Buffer, start: number, end: number): string {
    // Few kinds are of the same length and end alike.
    const hash = ((end - start) << 16) | ((bytes[end - 1] as number) << 8) | (bytes[end - 3] ?? 0);
    const same = this.#known.get(hash) ?? [];
    for (const each of same) {
      if (each.bytes.length === end - start && standsAt(each.bytes, bytes, start, end)) return each.kind;
    }
    const name = Buffer.from(bytes.subarray(start, end));
    const kind = name.toString('latin1').replace('","payload":{"type":"', '/');
    if (this.#remembered < MOST_KINDS) {
      this.#known.set(hash, [...same, { bytes: name, kind }]);
      this.#remembered++;
    }
    return kind;
  }
}

/** More are told apart as well, but not remembered. */
const MOST_KINDS = 1000;

const ENVELOPES = ['event_msg', 'response_item'].map((name) => Buffer.from(name));

/** Whether the payload of such a line says what kind it is. */
function isEnvelopeOfMany(bytes: Buffer, start: number, end: number): boolean {
  return ENVELOPES.some((name) => name.length === end - start && standsAt(name, bytes, start, end));
}

function standsAt(expected: Buffer, bytes: Buffer, at: number, end: number): boolean {
  if (at + expected.length > end) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/** Where the quote stands that ends a string of plain ASCII without escapes; -1 when it is none, or a long one. */
function plainTextEnd(bytes: Buffer, start: number, end: number): number {
  const limit = Math.min(end, start + LONGEST_NAME);
  for (let at = start; at < limit; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return -1;
  }
  return -1;
}

const LONGEST_NAME = 128;

function digitsEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at;
}
