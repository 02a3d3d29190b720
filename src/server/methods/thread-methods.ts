import { clearGoal, getGoal, setGoal } from '../handlers/goal-handlers.ts';
import { fork, resume } from '../handlers/lifecycle-handlers.ts';
import { readLifecycleRequest } from '../handlers/lifecycle-request.ts';
import { revert, rollback } from '../handlers/revert.ts';
import { setMemoryMode, updateMetadata, updateSettings } from '../handlers/settings-handlers.ts';
import { settingsAskedFor } from '../handlers/settings-params.ts';
import { archive, deleteThread, setName, unarchive } from '../handlers/thread-effects.ts';
import { startThread, unsubscribe } from '../handlers/thread-handlers.ts';
import { type Method, method, threadMethod } from './method.ts';

/** The requests that make threads, and what becomes of them. */
export const threadMethods: Readonly<Record<string, Method>> = {
  'thread/start': method(
    'ThreadStartParams',
    (params) => ({
      cwd: params.optionalString('cwd'),
      ephemeral: params.optionalFlag('ephemeral'),
      modelProvider: params.optionalString('modelProvider'),
      settings: withoutPlace(settingsAskedFor(params)),
    }),
    startThread,
  ),
  'thread/resume': method(
    'ThreadResumeParams',
    (params, call) => readLifecycleRequest(params, 'thread/resume', call),
    (request, call) => resume(request(), call),
  ),
  'thread/fork': method(
    'ThreadForkParams',
    (params, call) => readLifecycleRequest(params, 'thread/fork', call),
    (request, call) => fork(request(), call),
  ),
  'thread/unsubscribe': threadMethod('ThreadUnsubscribeParams', unsubscribe),
  'thread/name/set': method(
    'ThreadSetNameParams',
    (params) => ({ threadId: params.string('threadId'), name: params.string('name') }),
    setName,
  ),
  'thread/archive': threadMethod('ThreadArchiveParams', archive),
  'thread/unarchive': threadMethod('ThreadUnarchiveParams', unarchive),
  'thread/delete': threadMethod('ThreadDeleteParams', deleteThread),
  'thread/revert': method(
    'ThreadRevertParams',
    (params) => ({ threadId: params.string('threadId'), beforeTurnId: params.string('beforeTurnId') }),
    revert,
  ),
  'thread/rollback': method(
    'ThreadRollbackParams',
    (params) => ({ threadId: params.string('threadId'), numTurns: params.u32('numTurns') }),
    rollback,
  ),
  'thread/goal/get': threadMethod('ThreadGoalGetParams', getGoal),
  'thread/goal/clear': threadMethod('ThreadGoalClearParams', clearGoal),
  'thread/goal/set': method(
    'ThreadGoalSetParams',
    (params) => ({
      threadId: params.string('threadId'),
      objective: params.optionalString('objective'),
      status: params.oneOf('status', ['active', 'paused', 'blocked', 'usageLimited', 'budgetLimited', 'complete']),
      tokenBudget: params.raw('tokenBudget'),
    }),
    setGoal,
  ),
  'thread/settings/update': method(
    'ThreadSettingsUpdateParams',
    (params) => ({ threadId: params.string('threadId'), settings: settingsAskedFor(params) }),
    updateSettings,
  ),
  'thread/memoryMode/set': method(
    'ThreadMemoryModeSetParams',
    (params) => {
      params.string('mode');
      return params.string('threadId');
    },
    setMemoryMode,
  ),
  'thread/metadata/update': method(
    'ThreadMetadataUpdateParams',
    (params) => ({ threadId: params.string('threadId'), gitInfo: params.raw('gitInfo') }),
    updateMetadata,
  ),
};

/** Where a thread begins is resolved by the server. */
function withoutPlace({ cwd: _, workspaceRoots: __, ...settings }: ReturnType<typeof settingsAskedFor>) {
  return settings;
}
