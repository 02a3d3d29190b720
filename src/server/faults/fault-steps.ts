import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import { readRecords } from '../../history/read-records.ts';
import { threadHistory } from '../../history/thread-history.ts';
import { type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import type { ThreadTokenUsage, TokenUsageBreakdown } from '../../wire/thread-token-usage.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';

type Notification = Extract<Step, { kind: 'notification' }>;

export function isUsage(step: Step): step is Notification {
  return step.kind === 'notification' && step.method === 'thread/tokenUsage/updated';
}

export function isStarted(step: Step): step is Notification {
  return step.kind === 'notification' && step.method === 'thread/started';
}

/** What is done before the request is answered. */
export function beforeAnswer(steps: readonly Step[]): readonly Step[] {
  const answer = placeOfAnswer(steps);
  return answer < 0 ? steps : steps.slice(0, answer);
}

/** The answer and what is done after it. */
export function fromAnswer(steps: readonly Step[]): readonly Step[] {
  const answer = placeOfAnswer(steps);
  return answer < 0 ? [] : steps.slice(answer);
}

function placeOfAnswer(steps: readonly Step[]): number {
  return steps.findIndex(({ kind }) => kind === 'response' || kind === 'error');
}

/** The steps with `more` before the usage; behind all of them when there is none. */
export function beforeUsage(steps: readonly Step[], more: readonly Step[]): Step[] {
  const usage = steps.findIndex(isUsage);
  const place = usage < 0 ? steps.length : usage;
  return [...steps.slice(0, place), ...more, ...steps.slice(place)];
}

/** The steps with other params of the usage. */
export function changeParams(steps: readonly Step[], change: (params: JsonObject) => JsonObject): Step[] {
  return steps.map((step) => (isUsage(step) ? { ...step, params: change(step.params) } : step));
}

/** The steps with other counts in the usage. */
export function changeTokens(steps: readonly Step[], change: (usage: ThreadTokenUsage) => ThreadTokenUsage): Step[] {
  return changeParams(steps, (params) => {
    const { total, last, modelContextWindow } = change(params.tokenUsage as unknown as ThreadTokenUsage);
    return { ...params, tokenUsage: { total: { ...total }, last: { ...last }, modelContextWindow } };
  });
}

/** A breakdown with each of its counts changed. */
export function mapCounts(usage: TokenUsageBreakdown, change: (count: bigint) => bigint): TokenUsageBreakdown {
  const counts = Object.entries(usage).map(([key, count]: [string, bigint]) => [key, change(count)] as const);
  return Object.fromEntries(counts) as unknown as TokenUsageBreakdown;
}

export function roundedToThousands(count: bigint): bigint {
  return ((count + 500n) / 1_000n) * 1_000n;
}

/** A turn of the response that is not `turnId`. */
export function otherTurn(steps: readonly Step[], turnId: JsonValue | undefined): JsonValue | undefined {
  const turns = inResponse(steps, 'turns');
  const ids = Array.isArray(turns) ? turns.map((turn: JsonValue) => memberAt(turn, 'id')) : [];
  return ids.find((id) => id !== undefined && id !== turnId);
}

/** The thread that the one in the response was forked from; undefined in a resume, where it is no matter. */
export function sourceThread(steps: readonly Step[]): JsonValue | undefined {
  return steps.some(isStarted) ? inResponse(steps, 'forkedFromId') : undefined;
}

/** The thread in the response. */
export function threadOf(steps: readonly Step[], { threads }: ServerState): Thread | undefined {
  const id = inResponse(steps, 'id');
  return typeof id === 'string' ? threads.get(id) : undefined;
}

/** The newest usage in a thread's history that is not the restored one; undefined when there is none. */
export async function earlierUsage(thread: Thread, { store }: ServerState): Promise<TokenUsageInfo | undefined> {
  if (!thread.rollout) return undefined;
  let earlier: TokenUsageInfo | undefined;
  let last: TokenUsageInfo | undefined;
  await readRecords(await threadHistory(thread.rollout.path, store.finder()), [
    {
      onItem: (item) => {
        if (item.kind !== 'token_count' || !item.info) return;
        if (last?.total_token_usage.total_tokens !== item.info.total_token_usage.total_tokens) earlier = last;
        last = item.info;
      },
    },
  ]);
  return earlier;
}

/** A member of the thread in the response. */
function inResponse(steps: readonly Step[], name: string): JsonValue | undefined {
  const response = steps.find((step) => step.kind === 'response');
  return response && memberAt(response.result, 'thread', name);
}
