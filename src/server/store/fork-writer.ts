import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { RolloutHistory } from '../../history/read-history.ts';
import { jsonText } from '../../json/json-text.ts';
import { isJsonObject, type JsonObject, jsonValue, memberAt } from '../../json/json-value.ts';
import type { RolloutItem } from '../../rollout/records/record.ts';
import { outsideHome } from '../request-error.ts';
import { forkPoint } from './fork-point.ts';
import { writeNewRollout } from './new-rollout.ts';
import { itemLines } from './rollout-lines.ts';
import type { RolloutStore } from './rollout-store.ts';
import { lineOf, type NewRecord, RolloutWriter } from './rollout-writer.ts';
import { forkedSessionMeta } from './session-meta-record.ts';

/** What a fork takes over, as `forkedItems` of the lifecycle says it. */
interface ForkedItems {
  readonly items: readonly RolloutItem[];
  /** How many of these are the source's; the others end a turn that was open. */
  readonly inherited: number;
}

/**
 * Writes the rollout of a fork, and hands out how it goes on (docs/codex.md 4.2, 4.3, 8.5): in a legacy one a copy of
 * the source's lines, stamped anew; in a paginated one where they stand. `meta`: what the fork says of itself.
 * @throws {RequestError} or the system's error; then nothing is left of the file
 */
export async function writeFork(
  store: RolloutStore,
  source: RolloutHistory,
  { items, inherited }: ForkedItems,
  meta: SessionMeta,
): Promise<RolloutWriter> {
  const path = store.newPath(meta.id);
  if (!(await store.mayWrite(path))) throw outsideHome(path);
  const isPaginated = meta.history_mode === 'paginated';
  const base = isPaginated
    ? await forkPoint(source.path, source.items.length - inherited, store.version, store.codexHome)
    : null;
  const ordinal = isPaginated ? (base?.end_ordinal_exclusive ?? 0n) : null;
  const first = forkedSessionMeta(await sourceMeta(store, source.path), { ...meta, history_base: base });
  const ending = items.slice(inherited).map(endingRecord);
  const size = await writeNewRollout(path, async (write) => {
    await write(lineOf(first, ordinal));
    if (!isPaginated) await copyLines(store, source, new Set(items.slice(0, inherited)), write);
    for (const [i, record] of ending.entries())
      await write(lineOf(record, ordinal === null ? null : ordinal + 1n + BigInt(i)));
  });
  const nextOrdinal = ordinal === null ? null : ordinal + 1n + BigInt(ending.length);
  return new RolloutWriter(path, { nextOrdinal, before: '', size });
}

/** The payload of the session_meta that the rollout at `path` begins with. */
async function sourceMeta(store: RolloutStore, path: string): Promise<JsonObject> {
  for await (const { item, bytes } of itemLines(path, store.version)) {
    const payload = item.kind === 'session_meta' ? memberAt(jsonValue(bytes), 'payload') : undefined;
    if (isJsonObject(payload)) return payload;
  }
  return {};
}

async function copyLines(
  store: RolloutStore,
  source: RolloutHistory,
  copied: ReadonlySet<RolloutItem>,
  write: (line: string) => Promise<void>,
): Promise<void> {
  const timestamp = new Date().toISOString();
  let next = 0;
  for await (const { bytes } of itemLines(source.path, store.version)) {
    const item = source.items[next++];
    const record = item && copied.has(item) ? jsonValue(bytes) : undefined;
    if (isJsonObject(record)) await write(`${jsonText({ ...record, timestamp })}\n`);
  }
}

/** What ends a turn that was open when the thread was forked. */
function endingRecord(item: RolloutItem): NewRecord {
  if (item.kind === 'turn_aborted') {
    const turn = item.turn_id === null ? {} : { turn_id: item.turn_id };
    return { type: 'event_msg', payload: { type: 'turn_aborted', ...turn, reason: 'interrupted' } };
  }
  const text = '<turn_aborted>\nThe user interrupted the previous turn on purpose.\n</turn_aborted>';
  const content = [{ type: 'input_text', text }];
  return { type: 'response_item', payload: { type: 'message', role: 'user', content } };
}
