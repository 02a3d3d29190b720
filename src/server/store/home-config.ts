import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import type { ThreadSettings } from './thread-settings.ts';

/** What the `config.toml` of a Codex home says, as far as it matters here. What it does not say is null. */
export interface HomeConfig {
  readonly model: string | null;
  readonly modelProvider: string | null;
  readonly reasoningEffort: string | null;
  readonly approvalPolicy: string | null;
  readonly sandboxMode: string | null;
}

/** Reads `config.toml` in a Codex home; one that is missing or no TOML says nothing. */
export async function homeConfig(codexHome: string): Promise<HomeConfig> {
  const settings = await readFile(join(codexHome, 'config.toml'), 'utf8').then(parsed, () => ({}) as TomlTable);
  const text = (name: string) => (typeof settings[name] === 'string' ? settings[name] : null);
  return {
    model: text('model'),
    modelProvider: text('model_provider'),
    reasoningEffort: text('model_reasoning_effort'),
    approvalPolicy: text('approval_policy'),
    sandboxMode: text('sandbox_mode'),
  };
}

type TomlTable = Readonly<Record<string, unknown>>;

function parsed(text: string): TomlTable {
  try {
    return parse(text);
  } catch {
    return {};
  }
}

/** What a thread that begins in `cwd` is set to: what the configuration says, else the usual. */
export function configuredSettings(config: HomeConfig, cwd: string): ThreadSettings {
  return {
    model: config.model,
    cwd,
    approvalPolicy: config.approvalPolicy ?? 'never',
    approvalsReviewer: 'user',
    sandbox: sandboxNamed(config.sandboxMode),
    reasoningEffort: config.reasoningEffort,
    serviceTier: null,
    workspaceRoots: [cwd],
  };
}

/** A sandbox mode, as the configuration and clients name it, in the form of the wire. */
export function sandboxNamed(mode: string | null): ThreadSettings['sandbox'] {
  switch (mode) {
    case 'read-only':
      return { type: 'readOnly', networkAccess: false };
    case 'workspace-write':
      return {
        ...{ type: 'workspaceWrite', writableRoots: [], networkAccess: false },
        ...{ excludeTmpdirEnvVar: false, excludeSlashTmp: false },
      };
    default:
      return { type: 'dangerFullAccess' };
  }
}
