import { isJsonObject, type JsonObject, type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import type { ByteProbe } from '../../rollout/lines/line.ts';
import type { RandomAccess } from '../../rollout/lines/random-access.ts';
import { scanBackward } from '../../rollout/lines/scan-backward.ts';

/** What a thread is set to, in the form of the wire. */
export interface ThreadSettings {
  /** Null where nothing says it. */
  readonly model: string | null;
  readonly cwd: string;
  readonly approvalPolicy: JsonValue;
  readonly approvalsReviewer: JsonValue;
  readonly sandbox: JsonObject;
  readonly reasoningEffort: string | null;
  readonly serviceTier: string | null;
  readonly workspaceRoots: readonly string[];
}

const SEARCHED = 16 * 1024 * 1024;
const LONGEST = 1024 * 1024;
const MARKS = ['"turn_context"', '"thread_settings_applied"'];
const marked: ByteProbe = {
  reach: Math.max(...MARKS.map((mark) => mark.length)),
  matches: (bytes) => MARKS.some((mark) => bytes.includes(mark)),
};

/** What a thread that begins in `cwd` is set to. */
export function usualSettings(cwd: string): ThreadSettings {
  return {
    model: null,
    cwd,
    approvalPolicy: 'never',
    approvalsReviewer: 'user',
    sandbox: { type: 'dangerFullAccess' },
    reasoningEffort: null,
    serviceTier: null,
    workspaceRoots: [cwd],
  };
}

/** The settings that a rollout says last, as far as they stand in its last 16 MiB; the others are the usual ones. */
export function lastSettings(file: RandomAccess, cwd: string): ThreadSettings {
  for (const lines of scanBackward(file, file.size, { probe: marked, holdBytes: LONGEST })) {
    for (const { bytes, matched, offset } of lines) {
      if (file.size - offset > SEARCHED) return usualSettings(cwd);
      const settings = matched && bytes ? settingsIn(bytes, cwd) : null;
      if (settings) return settings;
    }
  }
  return usualSettings(cwd);
}

function settingsIn(bytes: Buffer, cwd: string): ThreadSettings | null {
  const record = parsed(bytes);
  const payload = memberAt(record, 'payload');
  const isContext = memberAt(record, 'type') === 'turn_context';
  const isApplied = memberAt(payload, 'type') === 'thread_settings_applied';
  const said = isContext ? payload : isApplied ? memberAt(payload, 'thread_settings') : undefined;
  return isJsonObject(said) ? settingsOf(said, cwd) : null;
}

function settingsOf(said: JsonObject, began: string): ThreadSettings {
  const cwd = textOr(said.cwd, began);
  const usual = usualSettings(cwd);
  const effort = said.effort ?? memberAt(said, 'collaboration_mode', 'settings', 'reasoning_effort');
  const roots = said.runtime_workspace_roots;
  return {
    model: typeof said.model === 'string' ? said.model : null,
    cwd,
    approvalPolicy: said.approval_policy ?? usual.approvalPolicy,
    approvalsReviewer: said.approvals_reviewer ?? usual.approvalsReviewer,
    sandbox: sandboxOf(said) ?? usual.sandbox,
    reasoningEffort: typeof effort === 'string' ? effort : null,
    serviceTier: typeof said.service_tier === 'string' ? said.service_tier : null,
    workspaceRoots: Array.isArray(roots) ? roots.filter((root) => typeof root === 'string') : usual.workspaceRoots,
  };
}

/** A sandbox policy of a rollout, as the wire has it. */
function sandboxOf({ sandbox_policy, permission_profile }: JsonObject): JsonObject | null {
  const type = memberAt(sandbox_policy, 'type') ?? memberAt(permission_profile, 'type');
  const flag = (name: string) => memberAt(sandbox_policy, name) === true;
  switch (type) {
    case 'danger-full-access':
    case 'disabled':
      return { type: 'dangerFullAccess' };
    case 'read-only':
      return { type: 'readOnly', networkAccess: flag('network_access') };
    case 'workspace-write':
      return {
        type: 'workspaceWrite',
        writableRoots: memberAt(sandbox_policy, 'writable_roots') ?? [],
        networkAccess: flag('network_access'),
        excludeTmpdirEnvVar: flag('exclude_tmpdir_env_var'),
        excludeSlashTmp: flag('exclude_slash_tmp'),
      };
    default:
      return null;
  }
}

function textOr(value: JsonValue | undefined, usual: string): string {
  return typeof value === 'string' ? value : usual;
}

function parsed(bytes: Buffer): JsonValue {
  try {
    return jsonValue(bytes);
  } catch {
    return null;
  }
}
