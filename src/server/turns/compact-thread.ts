import { now } from '../clock.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { NewRecord } from '../store/rollout-writer.ts';
import { turnContextRecord } from '../store/settings-record.ts';
import type { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { keep } from './hold-turn.ts';
import { type NewItem, TurnVoice } from './turn-voice.ts';
import { chargedUsage, estimatedUsage, WINDOW } from './usage-records.ts';

const SUMMARY = 'This is a scripted summary.';
/** How many tokens the summary is estimated to be. */
const ESTIMATE = 900n;

/**
 * Compacts a thread in a turn of its own: the scripted model is charged for a summary, and from then on is shown that.
 * @returns what is to be told
 * @throws {RequestError} or the system's error when the rollout cannot be written; then nothing has happened
 */
export async function compactThread(server: ServerState, thread: Thread): Promise<Step[]> {
  const voice = new TurnVoice(thread, server, uuid7());
  const charged = chargedUsage(thread.tokenUsageInfo());
  const estimated = estimatedUsage(charged, ESTIMATE);
  const began = now();
  const compaction = voice.item(compactionItem(uuid7()), [began, now()]);
  const [started, ...completed] = compaction.told;
  const before = thread.tokenUsageInfo();
  const repeated = before ? voice.usage(before) : null;
  const [begun, counted, shown, ended] = [
    voice.begin(charged.model_context_window ?? WINDOW),
    voice.usage(charged),
    voice.usage(estimated),
    voice.end({ status: 'completed' }),
  ];
  const context = turnContextRecord(voice.turnId, thread.settings);
  const records = [
    ...[...begun.records, ...(repeated?.records ?? []), ...counted.records, compacted(), context],
    ...[...shown.records, ...compaction.records, ...ended.records],
  ];
  await keep(thread, records, server);
  thread.recordUsage(estimated);
  const first = started ? [started] : [];
  return [
    ...begun.told,
    ...first,
    ...(repeated?.told ?? []),
    ...counted.told,
    ...shown.told,
    ...completed,
    ...ended.told,
  ];
}

function compactionItem(id: string): NewItem {
  return {
    item: { type: 'contextCompaction', id },
    kept: { type: 'ContextCompaction', id },
    event: { type: 'context_compacted' },
  };
}

function compacted(): NewRecord {
  const windowId = uuid7();
  const content = [{ type: 'input_text', text: SUMMARY }];
  const payload = {
    ...{ message: SUMMARY, replacement_history: [{ type: 'message', role: 'user', content }], window_number: 1 },
    ...{ first_window_id: windowId, previous_window_id: windowId, window_id: uuid7() },
  };
  return { type: 'compacted', payload };
}
