import { isUtf8 } from 'node:buffer';
import { type JsonView, parseJson } from '../rollout/json.ts';
import type { RolloutRecord } from '../rollout/record.ts';

const NAME = Buffer.from('"token_count"');
const WITH_INFO = /"info"\s*:\s*[{[]/;

/**
 * What is wrong with a line that should be a `token_count` with usage, but that Codex skips; null for any other line. In
 * a line that is no JSON, or has no kind, it is told by the name of the record and the beginning of an `info`.
 */
export function lostUsage(bytes: Buffer, record: RolloutRecord): string | null {
  if (record.kind === 'unreadable') return !record.refusesAll && namesUsage(bytes) ? record.problem : null;
  if (record.kind === 'unknown') return record.type === '' && namesUsage(bytes) ? 'payload: has no type' : null;
  if (record.kind !== 'dropped' || record.type !== 'token_count' || !isUtf8(bytes)) return null;
  return hasInfo(parseJson(bytes, 'any')) ? `${record.field}: ${record.problem}` : null;
}

function namesUsage(bytes: Buffer): boolean {
  return bytes.includes(NAME) && WITH_INFO.test(bytes.toString('latin1'));
}

const PAYLOAD = new Set(['payload']);
const INFO = new Set(['info']);

/** Whether a record's `info` is something else than null. A payload that is an array has it in the second place. */
function hasInfo(line: JsonView): boolean {
  const payload = line.members(PAYLOAD).get('payload');
  const info = payload?.kind === 'array' ? [...payload.elements()][1] : payload?.members(INFO).get('info');
  return info !== undefined && info.kind !== 'null';
}
