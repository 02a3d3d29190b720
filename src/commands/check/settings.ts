import { resolve } from 'node:path';
import type { Override } from '../../check/config.ts';
import type { Severity } from '../../check/finding.ts';
import type { RuleId } from '../../check/rules/index.ts';
import { adjustableRule, type Severities, severityNames } from '../../check/rules/severities.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';
import { emulatedVersion } from '../shared/emulated-version.ts';
import type { Configuration } from './configuration.ts';

/** The options of `check` that a configuration can hold as well. */
export interface SettingOptions {
  readonly severity?: readonly string[];
  readonly maxWarnings?: number;
  readonly requireExpected?: true;
  readonly maxResumeMb?: number;
  readonly emulate?: readonly string[];
  readonly baseline?: string;
}

/** What the command line says, and where it says nothing the configuration. */
export interface CheckSettings {
  /** Of the rollout at a path. */
  readonly severitiesOf: (path: string) => Severities;
  readonly maxWarnings: number;
  readonly requireExpected: boolean;
  readonly maxResumeMb: number | undefined;
  /** Null when no version was asked for. */
  readonly versions: readonly CodexVersion[] | null;
  readonly baseline: string | null;
}

/** @throws {UserError} when an option is wrong */
export async function checkSettings(
  options: SettingOptions,
  { config, folder }: Configuration,
  cwd: string,
): Promise<CheckSettings> {
  const emulate = options.emulate ?? config.emulate ?? [];
  const chosen = (options.severity ?? []).map(adjusted);
  const overrides = await Promise.all((config.overrides ?? []).map((override) => appliedIn(folder, override)));
  const baseline = config.baseline === undefined ? null : resolve(folder, config.baseline);
  return {
    severitiesOf: (path) => {
      const matching = overrides.filter(({ files }) => files.has(resolve(cwd, path)));
      return new Map([...(config.severity ?? []), ...matching.flatMap(({ severity }) => [...severity]), ...chosen]);
    },
    maxWarnings: options.maxWarnings ?? config.maxWarnings ?? Number.POSITIVE_INFINITY,
    requireExpected: options.requireExpected ?? config.requireExpected ?? false,
    maxResumeMb: options.maxResumeMb ?? config.maxResumeMb,
    versions: emulate.length > 0 ? emulate.map(emulatedVersion) : null,
    baseline: options.baseline ?? baseline,
  };
}

/** An override, with the files below the folder of the configuration that its patterns stand for. */
async function appliedIn(folder: string, { files, severity }: Override) {
  const { glob } = await import('tinyglobby');
  const found = await glob([...files], { cwd: folder, absolute: true, followSymbolicLinks: false });
  return { files: new Set(found.map((path) => resolve(path))), severity };
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
