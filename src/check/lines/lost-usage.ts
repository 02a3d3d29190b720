import { isUtf8 } from 'node:buffer';
import { type JsonView, parseJson } from '../../json/json-view.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';

/** The name of the record or of what it holds, and an `info` that is null: then there is no usage. */
const NAME = /"token_count"/g;
const TOTAL = /"total_token_usage"/;
const WITHOUT_INFO = /"info"\s*:\s*n/g;
/** The end of a line that is cut in the name. What is shorter may be the name of any record. */
const CUT_NAME = /"type"\s*:\s*"(to\w*)$/;

/**
 * What is wrong with a line that should be a `token_count` with usage, but of which Codex takes none; null for any other
 * line. In a line that is no JSON object, or has no kind, it is told by the name of the record: there is usage in it
 * unless an `info` says that there is none. A name of which one character differs is taken for a slip.
 */
export function lostUsage(bytes: Buffer, record: RolloutRecord): string | null {
  if (record.kind === 'unreadable') return !record.refusesAll && mayHoldUsage(bytes) ? record.problem : null;
  if (record.kind === 'unknown') return misnamed(record.type, bytes);
  if (record.kind === 'token_count' && !record.info)
    return TOTAL.test(bytes.toString('latin1')) && !hasMember(parseJson(bytes, 'any'), INFO)
      ? 'payload: has no info'
      : null;
  if (record.kind !== 'dropped') return null;
  if (record.field === 'line') return mayHoldUsage(bytes) ? record.problem : null;
  if (record.type !== 'token_count' || !isUtf8(bytes)) return null;
  return hasInfo(parseJson(bytes, 'any')) ? `${record.field}: ${record.problem}` : null;
}

/** What is wrong with the name of a record that Codex does not know, if usage is lost with it. */
function misnamed(type: string, bytes: Buffer): string | null {
  if (/(^|\/)$/.test(type)) return mayHoldUsage(bytes) ? 'payload: has no type' : null;
  const isSlip = differsInOneCharacter(type, 'event_msg') || differsInOneCharacter(type, 'event_msg/token_count');
  return isSlip && TOTAL.test(bytes.toString('latin1')) ? `type: there is no ${type}` : null;
}

function differsInOneCharacter(a: string, b: string): boolean {
  return a.length === b.length && [...b].filter((character, i) => character !== a[i]).length === 1;
}

function mayHoldUsage(bytes: Buffer): boolean {
  // A line of UTF-16 has a zero beside each character.
  const text = bytes.toString('latin1').replaceAll('\0', '');
  if (TOTAL.test(text)) return true;
  const names = text.match(NAME)?.length ?? 0;
  const cut = CUT_NAME.exec(text)?.[1];
  return names > (text.match(WITHOUT_INFO)?.length ?? 0) || (cut !== undefined && 'token_count'.startsWith(cut));
}

const PAYLOAD = new Set(['payload']);
const INFO = new Set(['info']);

function hasMember(line: JsonView, names: ReadonlySet<string>): boolean {
  const payload = line.members(PAYLOAD).get('payload');
  return payload?.kind === 'array' || (payload?.members(names).size ?? 0) > 0;
}

/** Whether a record's `info` is something else than null. A payload that is an array has it in the second place. */
function hasInfo(line: JsonView): boolean {
  const payload = line.members(PAYLOAD).get('payload');
  const info = payload?.kind === 'array' ? [...payload.elements()][1] : payload?.members(INFO).get('info');
  return info !== undefined && info.kind !== 'null';
}
