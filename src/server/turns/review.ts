import type { JsonObject } from '../../json/json-value.ts';
import { turnNamed } from '../../turns/turn.ts';
import { now } from '../clock.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { itemJson, turnJson, userMessage } from '../wire-json.ts';
import { ANSWER, keep } from './hold-turn.ts';
import { messageRecord, saidByModel, saidByUser } from './said-items.ts';
import type { TurnScript } from './turn-script.ts';
import { type NewItem, TurnVoice } from './turn-voice.ts';
import { WINDOW } from './usage-records.ts';

/** What is to be reviewed. */
export interface ReviewTarget {
  /** As the client names it, and as rollouts keep it. */
  readonly target: JsonObject;
  /** In short, for people. */
  readonly hint: string;
  /** What the reviewer is asked. */
  readonly prompt: string;
}

/**
 * A review of a thread by the scripted model, in the order of Codex (measured on 0.144.6, 0.160.0 and 0.169.0): clients are told that
 * the reviewer begins a turn of its own, and never of its end. The rollout keeps the review as one turn, without that one. What the
 * reviewer finds is what the script says last.
 * @returns the answer, and what is to be told
 * @throws {RequestError} or the system's error when the rollout cannot be written; then nothing has happened
 */
export async function reviewThread(
  server: ServerState,
  thread: Thread,
  { target, hint, prompt }: ReviewTarget,
): Promise<Step[]> {
  const review = new TurnVoice(thread, server, uuid7());
  const inner = new TurnVoice(thread, server, uuid7(), review.turnId);
  const found = lastSaid(server.nextTurn());
  const times = () => [now(), now()] as const;
  const entered = review.item(enteredItem(uuid7(), target, hint), times());
  const window = thread.tokenUsageInfo()?.model_context_window ?? WINDOW;
  const [begun, shownBegin] = [review.begin(window), inner.begin(window)];
  const asked = review.item(saidByUser(uuid7(), [{ type: 'text', text: prompt, text_elements: [] }], null), times());
  const [thinking] = review.item(saidByModel(`msg_${uuid7()}`, ''), times()).told;
  const exited = review.item(exitedItem(uuid7(), found), times());
  const { deltas: _, begun: __, ...answer } = saidByModel(`msg_${uuid7()}`, found);
  const answered = review.item(answer, times());
  const ended = review.end({ status: 'completed' });
  const records = [
    ...[...begun.records, ...entered.records, messageRecord('user', resultsOf(found))],
    ...[...exited.records, messageRecord('assistant', found), ...answered.records, ...ended.records],
  ];
  await keep(thread, records, server);
  const told = [entered, shownBegin, asked].flatMap((happening) => happening.told);
  const later = [exited, answered, ended].flatMap((happening) => happening.told);
  return [response(review.turnId, hint, thread, server), ...told, ...(thinking ? [thinking] : []), ...later];
}

function response(turnId: string, hint: string, thread: Thread, { wireKeys }: ServerState): Step {
  const said = userMessage(turnId, [{ type: 'text', text: hint, text_elements: [] }]);
  const items = [itemJson({ ...said, startedAtMs: null, completedAtMs: null }, wireKeys)];
  const turn = turnJson(turnNamed(turnId, 'inProgress'), wireKeys, { items });
  const shown = 'rootTurnId' in turn ? { ...turn, rootTurnId: null } : turn;
  return { kind: 'response', result: { turn: shown, reviewThreadId: thread.meta.id } };
}

function lastSaid(script: TurnScript | null): string {
  const said = script?.steps.findLast((step) => step.kind === 'say');
  return said?.kind === 'say' ? said.text : ANSWER;
}

function enteredItem(id: string, target: JsonObject, hint: string): NewItem {
  return {
    item: { type: 'enteredReviewMode', id, review: hint },
    kept: { type: 'EnteredReviewMode', id, target, user_facing_hint: hint },
    event: { type: 'entered_review_mode', target, user_facing_hint: hint },
  };
}

function exitedItem(id: string, text: string): NewItem {
  const review_output = {
    ...{ findings: [], overall_correctness: '', overall_explanation: text, overall_confidence_score: 0 },
  };
  return {
    item: { type: 'exitedReviewMode', id, review: text },
    kept: { type: 'ExitedReviewMode', id, review_output },
    event: { type: 'exited_review_mode', review_output },
  };
}

/** What the model is shown of a review when the thread goes on. */
function resultsOf(text: string): string {
  return `<user_action>\n  <action>review</action>\n  <results>\n  ${text}\n  </results>\n</user_action>\n`;
}
