import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { readRecords } from '../../history/read-records.ts';
import { type Segment, threadHistory } from '../../history/thread-history.ts';
import { jsonText } from '../../json/json-text.ts';
import { isJsonObject, type JsonObject, jsonValue, memberAt } from '../../json/json-value.ts';
import { type HistoryFacts, isKept } from '../../lifecycle/facts.ts';
import { ForkPrefix } from '../../lifecycle/fork-prefix.ts';
import type { LifecycleParams } from '../../lifecycle/outcome.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutItem } from '../../rollout/records/record.ts';
import { now } from '../clock.ts';
import { outsideHome } from '../request-error.ts';
import { writeNewRollout } from './new-rollout.ts';
import type { RolloutStore } from './rollout-store.ts';
import { lineOf, type NewRecord, RolloutWriter } from './rollout-writer.ts';

/** How a rollout that goes on from another one begins. */
export interface RolloutStart {
  /** Its id: that of its thread, or another one where the thread was reverted. */
  readonly rolloutId: string;
  /** Makes its first line of the payload of the source's. */
  readonly headOf: (source: JsonObject, meta: SessionMeta) => NewRecord;
  /** What stands behind that, and behind what was taken over. */
  readonly first: readonly NewRecord[];
}

/**
 * Writes the rollout of a fork, and hands out how it goes on (docs/codex.md 4.2, 4.3, 8.5): in a legacy one a copy of
 * the source's lines, stamped anew; in a paginated one where they stand. `meta`: what the fork says of itself.
 * @throws {RequestError} or the system's error; then nothing is left of the file
 */
export async function writeFork(
  store: RolloutStore,
  { history, fork }: HistoryFacts,
  params: LifecycleParams,
  meta: SessionMeta,
  { rolloutId, headOf, first }: RolloutStart,
): Promise<RolloutWriter> {
  const path = store.newPath(meta.id, rolloutId);
  if (!(await store.mayWrite(path))) throw outsideHome(path);
  const isPaginated = meta.history_mode === 'paginated';
  const base = isPaginated ? fork.base : null;
  const ordinal = isPaginated ? (base?.end_ordinal_exclusive ?? 0n) : null;
  const prefix = new ForkPrefix(params, isPaginated);
  const ending = [...(fork.unfinished ? endingRecords(fork.unfinished.turnId) : []), ...first];
  const size = await writeNewRollout(path, async (write) => {
    const begin = (of: JsonObject) => write(lineOf(headOf(of, { ...meta, history_base: base }), ordinal));
    await copyLines(store, history.path, (item) => !isPaginated && prefix.takes(item) && isKept(item), begin, write);
    for (const [i, record] of ending.entries())
      write(lineOf(record, ordinal === null ? null : ordinal + 1n + BigInt(i)));
  });
  const nextOrdinal = ordinal === null ? null : ordinal + 1n + BigInt(ending.length);
  return new RolloutWriter(path, { nextOrdinal, before: '', size });
}

/**
 * Hands the payload of a source's session_meta to `begin`, and then its lines that are `wanted`, stamped anew, to `write`.
 * Only lines in front of the session_meta are held meanwhile.
 */
async function copyLines(
  store: RolloutStore,
  path: string,
  wanted: (item: RolloutItem) => boolean,
  begin: (meta: JsonObject) => void,
  write: (line: string) => void,
): Promise<void> {
  const timestamp = new Date(now()).toISOString();
  let inFront: string[] | null = [];
  const beginWith = (meta: JsonObject) => {
    begin(meta);
    for (const line of inFront ?? []) write(line);
    inFront = null;
  };
  let isOwn = false;
  const onItem = (item: RolloutItem, { bytes }: Line) => {
    if (!isOwn || !bytes) return;
    const isWanted = wanted(item);
    const isHead = inFront !== null && item.kind === 'session_meta';
    if (!isWanted && !isHead) return;
    const record = jsonValue(bytes);
    if (!isJsonObject(record)) return;
    const payload = isHead ? payloadOf(record) : null;
    if (payload) beginWith(payload);
    if (!isWanted) return;
    const line = `${jsonText({ ...record, timestamp })}\n`;
    if (inFront) inFront.push(line);
    else write(line);
  };
  const onSegment = (_: Segment, isLast: boolean) => {
    isOwn = isLast;
  };
  await readRecords(await threadHistory(path, store.finder()), [{ onSegment, onItem }]);
  if (inFront) beginWith({});
}

function payloadOf(record: JsonObject): JsonObject | null {
  const payload = memberAt(record, 'payload');
  return isJsonObject(payload) ? payload : null;
}

/** What ends a turn that was open when the thread was forked: a message to the model, and a `turn_aborted`. */
function endingRecords(turnId: string | null): NewRecord[] {
  const text = '<turn_aborted>\nThe user interrupted the previous turn on purpose.\n</turn_aborted>';
  const turn = turnId === null ? {} : { turn_id: turnId };
  return [
    {
      type: 'response_item',
      payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    },
    { type: 'event_msg', payload: { type: 'turn_aborted', ...turn, reason: 'interrupted' } },
  ];
}
