import { parseJson } from '../../json/json-view.ts';
import type { Place } from '../raw-finding.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

const PAYLOAD = new Set(['payload']);
const COMPACTION = new Set(['message', 'replacement_history']);
const TYPE = new Set(['type']);

/**
 * Compactions that a model provider made by itself, which have no summary but an item of the kind `compaction`. What such a
 * request cost stands in no `token_count`, of no version; since 0.153 it stands in a `token_usage_record`.
 */
export class RemoteCompactions implements LineCheck {
  /** The last one. */
  last: Place | null = null;
  /** Whether the rollout has the records that say what each response cost. */
  areRecorded = false;

  see({ record, bytes, place }: SeenLine): void {
    if (record.kind === 'token_usage_record') this.areRecorded = true;
    if (record.kind === 'compacted' && isRemote(bytes)) this.last = place;
  }
}

function isRemote(bytes: Buffer): boolean {
  const payload = parseJson(bytes, 'any').members(PAYLOAD).get('payload');
  if (payload?.kind !== 'object') return false;
  const members = payload.members(COMPACTION);
  const message = members.get('message');
  const history = members.get('replacement_history');
  if (message?.kind !== 'string' || message.text !== '' || history?.kind !== 'array') return false;
  return [...history.elements()].some((item) => {
    const type = item.kind === 'object' ? item.members(TYPE).get('type') : undefined;
    return type?.kind === 'string' && type.text === 'compaction';
  });
}
