/** What a tap does to the messages of a server, so that its user sees what the client makes of that. */
export type TapFault =
  /** Messages of this method do not reach the client; of a request it is the answer that does not. */
  | { readonly kind: 'drop' | 'duplicate'; readonly method: string }
  /** They, and all that follows, reach it so many milliseconds later. */
  | { readonly kind: 'delay'; readonly method: string; readonly ms: number }
  /** After so many messages of the server the connection is cut. */
  | { readonly kind: 'cut-after'; readonly count: number };

/** How faults are written on the command line, and what they do. */
export const tapFaultForms = {
  'drop:<method>': 'messages of this method, or the answers to such requests, do not reach the client',
  'duplicate:<method>': 'they reach it twice',
  'delay:<ms>:<method>': 'they, and all that follows, reach it so many milliseconds later',
  'cut-after:<n>': 'after so many messages of the server the connection is cut',
} as const;

/** Reads a fault as it is written on the command line. @throws {RangeError} when it is none */
export function parseTapFault(text: string): TapFault {
  const [, kind = '', method = ''] = /^(drop|duplicate):([A-Za-z_/]+)$/.exec(text) ?? [];
  if (kind === 'drop' || kind === 'duplicate') return { kind, method };
  const [, ms = '', late = ''] = /^delay:(\d{1,6}):([A-Za-z_/]+)$/.exec(text) ?? [];
  if (late !== '') return { kind: 'delay', method: late, ms: Number(ms) };
  const count = /^cut-after:([1-9]\d{0,8})$/.exec(text)?.[1];
  if (count !== undefined) return { kind: 'cut-after', count: Number(count) };
  throw new RangeError(`unknown fault: ${text}`);
}
