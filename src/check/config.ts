import { supportedVersion } from '../codex/version.ts';
import { fail, flag, list, object, type Reader, readStrictJson, small, text } from '../json/strict-json.ts';
import type { Severity } from './finding.ts';
import type { RuleId } from './rules/index.ts';
import { adjustableRule, type Severities, severityNames } from './rules/severities.ts';

/** What `rollout-inspect.config.json` says; `schema/rollout-inspect.config.schema.json` describes it to editors. */
export interface CheckConfig {
  /** What is checked when no rollout is named; relative to the folder of the configuration. */
  readonly paths: readonly string[];
  readonly severity: Severities;
  /** Other severities for some of the files, named by patterns; of several that match the last one counts. */
  readonly overrides: readonly Override[];
  /** The findings that are accepted: a file that `--update-baseline` writes, relative to the same folder. */
  readonly baseline: string;
  readonly maxWarnings: number;
  readonly requireExpected: boolean;
  readonly maxResumeMb: number;
  readonly emulate: readonly string[];
}

export interface Override {
  readonly files: readonly string[];
  readonly severity: Severities;
}

/** Reads a configuration, in which every key must be known. @throws {StrictJsonError} with the line and the byte */
export function readConfig(bytes: Buffer): Partial<CheckConfig> {
  const { $schema: _, ...config } = readStrictJson(bytes, shape);
  return config;
}

const level: Reader<Severity> = (value, path) => {
  const name = text(value, path);
  return severityNames.find((each) => each === name) ?? fail(value, path, `not one of ${severityNames.join(', ')}`);
};

const severity: Reader<Severities> = (value, path) => {
  if (value.kind !== 'object') fail(value, path, 'not an object');
  const severities = new Map<RuleId, Severity>();
  for (const [key, member] of value.entries()) {
    const at = `${path}.${key}`;
    const rule = adjustableRule(key);
    if ('problem' in rule) fail(member, at, rule.problem);
    severities.set(rule.id, level(member, at));
  }
  return severities;
};

const version: Reader<string> = (value, path) => {
  const name = text(value, path);
  try {
    supportedVersion(name);
    return name;
  } catch (error) {
    return fail(value, path, (error as RangeError).message);
  }
};

const shape = object<object, CheckConfig & { readonly $schema: string }>(
  {},
  {
    $schema: text,
    paths: list(text),
    severity,
    overrides: list(object<Override>({ files: list(text), severity })),
    baseline: text,
    maxWarnings: small(0),
    requireExpected: flag,
    maxResumeMb: small(1),
    emulate: list(version),
  },
);
