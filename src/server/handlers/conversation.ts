import type { JsonObject } from '../../json/json-value.ts';
import { invalidRequest, RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { MODEL_PROVIDER, threadJson } from '../wire-json.ts';
import { checkedThreadId } from './locate.ts';

/** Which conversation is asked about: by its id, or by the path of its rollout. */
export interface ConversationRequest {
  readonly conversationId: string | null;
  readonly rolloutPath: string | null;
}

/** `getConversationSummary`, as clients of before asked for what a thread is. @throws {RequestError} */
export async function conversationSummary(
  { conversationId, rolloutPath }: ConversationRequest,
  { server }: Call,
): Promise<Step[]> {
  if (conversationId === null && rolloutPath === null) {
    const why = 'data did not match any variant of untagged enum GetConversationSummaryParams';
    throw invalidRequest(why);
  }
  const { store, catalog, wireKeys } = server;
  const path = rolloutPath ?? (await store.find(checkedThreadId(conversationId ?? '')));
  const summary = path === undefined ? null : await catalog.of(path).catch(() => null);
  if (!summary) throw new RequestError(`no rollout found for conversation id ${conversationId ?? rolloutPath}`);
  const { meta, preview, settings, updatedAt } = summary;
  const { source = null, gitInfo = null } = threadJson(summary, { type: 'notLoaded' }, [], wireKeys);
  const said: JsonObject = {
    ...{ conversationId: meta.id, path: summary.path, preview, timestamp: meta.timestamp },
    ...{ updatedAt: new Date(updatedAt).toISOString(), modelProvider: meta.model_provider ?? MODEL_PROVIDER },
    ...{ cwd: settings.cwd, cliVersion: meta.cli_version, source, gitInfo },
  };
  return [{ kind: 'response', result: { summary: said } }];
}

/** `gitDiffToRemote`: as where there is no repository. @throws {RequestError} */
export async function gitDiffToRemote(cwd: string): Promise<Step[]> {
  throw new RequestError(`failed to compute git diff to remote for cwd: ${JSON.stringify(cwd)}`);
}
