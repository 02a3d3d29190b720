const URN = 'urn:uuid:';
const DASHED = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PLAIN = /^[0-9a-f]{32}$/i;
const GROUPS = [8, 4, 4, 4, 12] as const;

/** What is wrong with a thread id, as Codex says it. */
export class BadThreadId extends Error {}

/**
 * A thread id in its one form: lower case, with dashes. Codex takes a UUID with its dashes, alone, in braces or after
 * `urn:uuid:`; or 32 digits.
 * @throws {BadThreadId}
 */
export function parseThreadId(text: string): string {
  const isBraced = text.startsWith('{') && text.endsWith('}');
  const prefix = isBraced ? '{' : text.startsWith(URN) ? URN : '';
  const body = text.slice(prefix.length, isBraced ? -1 : undefined);
  if (DASHED.test(body)) return body.toLowerCase();
  if (prefix === '' && PLAIN.test(body)) return body.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  throw new BadThreadId(problemWith(body, Buffer.byteLength(prefix), prefix === ''));
}

function problemWith(body: string, offset: number, isPlain: boolean): string {
  const stranger = /[^0-9a-f-]/iu.exec(body);
  if (stranger) {
    const place = offset + Buffer.byteLength(body.slice(0, stranger.index)) + 1;
    return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${stranger[0]}\` at ${place}`;
  }
  const groups = body.split('-');
  if (groups.length === 1 && isPlain)
    return `invalid length: expected length 32 for simple format, found ${body.length}`;
  if (groups.length !== GROUPS.length) return `invalid group count: expected 5, found ${groups.length}`;
  const wrong = GROUPS.findIndex((length, i) => groups[i]?.length !== length);
  return `invalid group length in group ${wrong}: expected ${GROUPS[wrong]}, found ${groups[wrong]?.length}`;
}
