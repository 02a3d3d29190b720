import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json-value.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { settingsRecord } from '../store/settings-record.ts';
import type { ThreadSettings } from '../store/thread-settings.ts';
import { settingsJson, threadJson } from '../wire-json.ts';
import { existingThread, runningThread } from './find-thread.ts';

const done: Step = { kind: 'response', result: {} };

/** `thread/settings/update`: what the thread is set to from its next turn on. @throws {RequestError} */
export async function updateSettings(
  { threadId, settings }: { readonly threadId: string; readonly settings: Partial<ThreadSettings> },
  { server }: Call,
): Promise<Step[]> {
  const thread = runningThread(threadId, server);
  const before = thread.settings;
  thread.settings = { ...before, ...settings };
  if (JSON.stringify(before) === JSON.stringify(thread.settings)) return [done];
  if (thread.isKept && thread.rollout?.isWritable) {
    const record = settingsRecord(thread.meta, thread.settings);
    await server.rolloutQueue.run(thread.rollout.path, async () => thread.rollout?.append([record]));
    server.catalog.wasWritten(thread.meta);
  }
  const { id } = thread.meta;
  const params = { threadId: id, threadSettings: settingsJson(thread.settings, thread.meta) };
  return [done, { kind: 'notification', to: [...thread.attached], method: 'thread/settings/updated', params }];
}

/** `thread/memoryMode/set`: nothing comes of it here. @throws {RequestError} when there is no such thread */
export async function setMemoryMode(threadId: string, { server }: Call): Promise<Step[]> {
  await existingThread(threadId, server);
  return [done];
}

const GIT = { sha: 'commit_hash', branch: 'branch', originUrl: 'repository_url' } as const;

/** `thread/metadata/update`: what is known of the thread's repository, as long as this server runs. @throws {RequestError} */
export async function updateMetadata(
  { threadId, gitInfo }: { readonly threadId: string; readonly gitInfo: JsonValue },
  { server }: Call,
): Promise<Step[]> {
  if (!isJsonObject(gitInfo)) throw new RequestError(server.serverEra.nothingToUpdate);
  const changes = Object.entries(GIT).filter(([name]) => gitInfo[name] !== undefined);
  if (changes.length === 0) throw new RequestError('gitInfo must include at least one field');
  const id = await existingThread(threadId, server);
  const git: JsonObject = Object.fromEntries(changes.map(([name, kept]) => [kept, gitInfo[name] ?? null]));
  server.catalog.amend(id, git);
  const path = server.threads.get(id)?.rollout?.path ?? (await server.store.find(id));
  const summary = path === undefined ? null : await server.summaryOf(id, path);
  if (!summary) throw new RequestError(`no rollout found for thread id ${id}`);
  return [
    {
      kind: 'response',
      result: { thread: withoutInput(threadJson(summary, server.statusOf(id), [], server.wireKeys)) },
    },
  ];
}

/** An update does not say whether the thread takes input. */
function withoutInput(thread: JsonObject): JsonObject {
  return 'canAcceptDirectInput' in thread ? { ...thread, canAcceptDirectInput: null } : thread;
}
