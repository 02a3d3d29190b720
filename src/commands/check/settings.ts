import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckConfig, readConfig } from '../../check/config.ts';
import type { Severity } from '../../check/finding.ts';
import type { RuleId } from '../../check/rules/index.ts';
import { adjustableRule, type Severities, severityNames } from '../../check/rules/severities.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import { CONFIGURATION } from '../../files/refusal.ts';
import { StrictJsonError } from '../../json/strict-json.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';

/** The options of `check` that a configuration can hold as well. */
export interface SettingOptions {
  readonly config?: string;
  readonly severity?: readonly string[];
  readonly maxWarnings?: number;
  readonly requireExpected?: true;
  readonly maxResumeMb?: number;
  readonly emulate?: readonly string[];
}

/** What the command line says, and where it says nothing the configuration. */
export interface CheckSettings {
  readonly severities: Severities;
  readonly maxWarnings: number;
  readonly requireExpected: boolean;
  readonly maxResumeMb: number | undefined;
  /** Null when no version was asked for. */
  readonly versions: readonly CodexVersion[] | null;
}

/** @throws {UserError} when an option or the configuration is wrong */
export async function checkSettings(options: SettingOptions, cwd: string): Promise<CheckSettings> {
  const config = await configuration(options, cwd);
  const emulate = options.emulate ?? config.emulate ?? [];
  return {
    severities: new Map([...(config.severity ?? []), ...(options.severity ?? []).map(adjusted)]),
    maxWarnings: options.maxWarnings ?? config.maxWarnings ?? Number.POSITIVE_INFINITY,
    requireExpected: options.requireExpected ?? config.requireExpected ?? false,
    maxResumeMb: options.maxResumeMb ?? config.maxResumeMb,
    versions: emulate.length > 0 ? emulate.map(emulatedVersion) : null,
  };
}

/** Where the configuration stands: where the user says, or in the working directory. */
export function configurationPath({ config }: SettingOptions, cwd: string): string {
  return config ?? join(cwd, CONFIGURATION);
}

/** What the configuration says; nothing when there is none and none was named. */
async function configuration(options: SettingOptions, cwd: string): Promise<Partial<CheckConfig>> {
  const { config: named } = options;
  const path = configurationPath(options, cwd);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (named === undefined && code === 'ENOENT') return {};
    throw new UserError(`cannot read the configuration ${path}: ${code}`, { cause });
  }
  try {
    return readConfig(bytes);
  } catch (cause) {
    if (!(cause instanceof StrictJsonError)) throw cause;
    throw new UserError(`${named ?? CONFIGURATION}: ${cause.message}`, {
      cause,
      hint: 'docs/checks.md lists the checks',
    });
  }
}

/** Reads `id=level`. */
function adjusted(text: string): readonly [RuleId, Severity] {
  const [, id = '', name] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const level = severityNames.find((each) => each === name);
  if (!level) {
    throw new UserError(`--severity ${text}: not of the form id=level`, {
      hint: `a level is one of ${severityNames.join(', ')}`,
    });
  }
  const rule = adjustableRule(id);
  if ('problem' in rule)
    throw new UserError(`--severity ${text}: ${rule.problem}`, { hint: 'docs/checks.md lists them' });
  return [rule.id, level];
}
