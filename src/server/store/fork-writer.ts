import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { readRecords } from '../../history/read-records.ts';
import { threadHistory } from '../../history/thread-history.ts';
import { jsonText } from '../../json/json-text.ts';
import { isJsonObject, type JsonObject, jsonValue, memberAt } from '../../json/json-value.ts';
import { type HistoryFacts, isKept } from '../../lifecycle/facts.ts';
import { ForkPrefix } from '../../lifecycle/fork-prefix.ts';
import type { LifecycleParams } from '../../lifecycle/outcome.ts';
import { outsideHome } from '../request-error.ts';
import { writeNewRollout } from './new-rollout.ts';
import type { RolloutStore } from './rollout-store.ts';
import { lineOf, type NewRecord, RolloutWriter } from './rollout-writer.ts';
import { forkedSessionMeta } from './session-meta-record.ts';

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
): Promise<RolloutWriter> {
  const path = store.newPath(meta.id);
  if (!(await store.mayWrite(path))) throw outsideHome(path);
  const isPaginated = meta.history_mode === 'paginated';
  const base = isPaginated ? fork.base : null;
  const ordinal = isPaginated ? (base?.end_ordinal_exclusive ?? 0n) : null;
  const source = await copyOf(store, history.path, new ForkPrefix(params, isPaginated), !isPaginated);
  const first = forkedSessionMeta(source.meta, { ...meta, history_base: base });
  const ending = fork.unfinished ? endingRecords(fork.unfinished.turnId) : [];
  const size = await writeNewRollout(path, async (write) => {
    await write(lineOf(first, ordinal));
    for (const line of source.lines) await write(line);
    for (const [i, record] of ending.entries())
      await write(lineOf(record, ordinal === null ? null : ordinal + 1n + BigInt(i)));
  });
  const nextOrdinal = ordinal === null ? null : ordinal + 1n + BigInt(ending.length);
  return new RolloutWriter(path, { nextOrdinal, before: '', size });
}

/** The payload of a source's session_meta, and, for a legacy fork, the lines that it takes over, stamped anew. */
async function copyOf(
  store: RolloutStore,
  path: string,
  prefix: ForkPrefix,
  wantsLines: boolean,
): Promise<{ readonly meta: JsonObject; readonly lines: readonly string[] }> {
  const timestamp = new Date().toISOString();
  const lines: string[] = [];
  let meta: JsonObject | null = null;
  let isOwn = false;
  await readRecords(await threadHistory(path, store.finder()), [
    {
      onSegment: (_, isLast) => {
        isOwn = isLast;
      },
      onItem: (item, { bytes }) => {
        if (!isOwn || !bytes) return;
        const isWanted = prefix.takes(item) && wantsLines && isKept(item);
        if (!isWanted && (meta || item.kind !== 'session_meta')) return;
        const record = jsonValue(bytes);
        if (!isJsonObject(record)) return;
        if (item.kind === 'session_meta') meta ??= payloadOf(record);
        if (isWanted) lines.push(`${jsonText({ ...record, timestamp })}\n`);
      },
    },
  ]);
  return { meta: meta ?? {}, lines };
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
