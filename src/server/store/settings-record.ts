import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { modelOf } from '../wire-json.ts';
import type { NewRecord } from './rollout-writer.ts';
import type { ThreadSettings } from './thread-settings.ts';

/** The line that says what a thread is set to from here on, as Codex 0.169 writes it. */
export function settingsRecord(meta: SessionMeta, settings: ThreadSettings): NewRecord {
  const { reasoningEffort: reasoning_effort } = settings;
  const model = modelOf(settings);
  const payload: JsonObject = {
    type: 'thread_settings_applied',
    thread_id: meta.id,
    thread_settings: {
      model,
      model_provider_id: meta.model_provider,
      ...(settings.serviceTier !== null && { service_tier: settings.serviceTier }),
      approval_policy: settings.approvalPolicy,
      approvals_reviewer: settings.approvalsReviewer,
      permission_profile: permissionProfile(settings.sandbox),
      cwd: settings.cwd,
      runtime_workspace_roots: settings.workspaceRoots,
      collaboration_mode: { mode: 'default', settings: { model, reasoning_effort, developer_instructions: null } },
    },
  };
  return { type: 'event_msg', payload };
}

/** The line in a turn that says what the model is set to in it. */
export function turnContextRecord(turnId: string, settings: ThreadSettings): NewRecord {
  const { cwd, approvalPolicy, reasoningEffort } = settings;
  const model = modelOf(settings);
  const payload: JsonObject = {
    ...{
      turn_id: turnId,
      cwd,
      approval_policy: approvalPolicy,
      sandbox_policy: sandboxPolicy(settings.sandbox),
      model,
    },
    ...(reasoningEffort !== null && { effort: reasoningEffort }),
    summary: 'none',
  };
  return { type: 'turn_context', payload };
}

function sandboxPolicy({ type, networkAccess, ...rest }: JsonObject): JsonObject {
  switch (type) {
    case 'readOnly':
      return { type: 'read-only' };
    case 'workspaceWrite':
      return {
        ...{
          type: 'workspace-write',
          writable_roots: rest.writableRoots ?? [],
          network_access: networkAccess ?? false,
        },
        exclude_tmpdir_env_var: rest.excludeTmpdirEnvVar ?? false,
        exclude_slash_tmp: rest.excludeSlashTmp ?? false,
      };
    default:
      return { type: 'danger-full-access' };
  }
}

/** What a sandbox lets the model do, as rollouts of 0.169 write it. */
function permissionProfile({ type, networkAccess, writableRoots }: JsonObject): JsonObject {
  if (type === 'dangerFullAccess') return { type: 'disabled' };
  const entry = (path: JsonObject, access: string): JsonObject => ({ path, access });
  const special = (kind: string): JsonObject => ({ type: 'special', value: { kind } });
  const roots = Array.isArray(writableRoots) ? writableRoots : [];
  const written = [special('project_roots'), ...roots.map((path): JsonObject => ({ type: 'path', path }))];
  const entries = [
    entry(special('root'), 'read'),
    ...(type === 'workspaceWrite' ? written.map((path) => entry(path, 'write')) : []),
  ];
  const network = networkAccess === true ? 'enabled' : 'restricted';
  return { type: 'managed', file_system: { type: 'restricted', entries }, network };
}
