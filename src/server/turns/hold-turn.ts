import type { JsonValue } from '../../json/json-value.ts';
import { now } from '../clock.ts';
import { outsideHome } from '../request-error.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { NewRecord } from '../store/rollout-writer.ts';
import { turnContextRecord } from '../store/settings-record.ts';
import type { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { messageRecord, saidByModel, saidByUser, textOf } from './said-items.ts';
import { type Happening, TurnVoice } from './turn-voice.ts';
import { chargedUsage, WINDOW } from './usage-records.ts';

/** What the scripted model says. */
export const ANSWER = 'This is a scripted answer.';

/**
 * Holds one turn in one go: what the model sends is kept in the rollout, then counted in the thread, then told to the
 * connections attached to it.
 * @returns what is to be told
 * @throws {RequestError} or the system's error when the rollout cannot be written; then nothing has happened
 */
export async function holdTurn(
  server: ServerState,
  thread: Thread,
  turnId: string,
  input: readonly JsonValue[],
  clientId: JsonValue = null,
): Promise<Step[]> {
  const voice = new TurnVoice(thread, server, turnId);
  const usage = chargedUsage(thread.tokenUsageInfo());
  const message = textOf(input);
  const times = () => [now(), now()] as const;
  const user = voice.item(saidByUser(uuid7(), input, clientId), times());
  const agent = voice.item(saidByModel(`msg_${uuid7()}`, ANSWER), times());
  const happenings: Happening[] = [
    voice.begin(usage.model_context_window ?? WINDOW),
    { records: [turnContextRecord(turnId, thread.settings)], told: [] },
    { ...user, records: [messageRecord('user', message), ...user.records] },
    { ...agent, records: [...agent.records, messageRecord('assistant', ANSWER)] },
    voice.usage(usage),
    voice.end({ status: 'completed' }),
  ];
  await keep(
    thread,
    happenings.flatMap(({ records }) => records),
    server,
  );
  thread.recordPrompt(message);
  thread.recordUsage(usage);
  return happenings.flatMap(({ told }) => told);
}

/** Writes lines into the rollout of a thread, if it has one. @throws {RequestError} or the system's error */
export async function keep(thread: Thread, records: readonly NewRecord[], server: ServerState): Promise<void> {
  await refuseUnwritable(thread, server);
  await thread.rollout?.append(records);
}

/** @throws {RequestError} when a thread's rollout is not in the home */
export async function refuseUnwritable({ rollout }: Thread, { store }: ServerState): Promise<void> {
  if (rollout && !(rollout.isWritable && (await store.mayWrite(rollout.path)))) throw outsideHome(rollout.path);
}
