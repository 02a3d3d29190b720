import { basename } from 'node:path';
import {
  type CodexVersion,
  compareVersions,
  formatCodexVersion,
  newestCodex,
  supportedVersion,
} from '../../codex/version.ts';
import { StrictJsonError } from '../../json/strict-json.ts';
import { restoreUsage } from '../../usage/restore-usage.ts';
import type { Inspection } from '../history/inspect-rollout.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';
import { expectationDifferences } from './differences.ts';
import { type Expectation, expectationOf } from './expectation.ts';
import { expectationPath, readExpectationFile, writeExpectationFile } from './file.ts';
import { expectationText, readExpectation } from './format.ts';

export interface ExpectationOptions {
  /** The versions that were asked for; null: those that the expectation names, or the newest. */
  readonly versions: readonly CodexVersion[] | null;
  readonly codexHome: string | undefined;
  readonly requireExpected: boolean;
}

/** The rollout as a version reads it. */
export type Inspect = (version: CodexVersion) => Promise<Inspection>;

/** Compares a rollout with its expectation, by every version that this names. */
export async function checkExpectation(
  rollout: string,
  inspect: Inspect,
  { versions, codexHome, requireExpected }: ExpectationOptions,
): Promise<RawFinding[]> {
  const path = expectationPath(rollout);
  const read = await readIfThere(path);
  if (read === null) {
    const message = `there is no ${basename(path)} beside it`;
    return requireExpected ? [rawFinding('missing-expectation', message, null)] : [];
  }
  if (typeof read === 'string') return [rawFinding('bad-expectation', `${basename(path)}: ${read}`, null)];
  const named = versionsOf(read);
  const actual = await expect(rollout, inspect, named, codexHome);
  const { marks } = await inspect(named.at(-1) as CodexVersion);
  return [
    ...expectationDifferences(read, actual).map(({ path: field, expected, actual: found }) =>
      rawFinding(
        'expectation-differs',
        `${field} is not as expected`,
        field.startsWith('tokenUsageInfo') ? marks.lastUsage : null,
        { expected, actual: found },
      ),
    ),
    ...(requireExpected ? unnamed(versions ?? [newestCodex], read, basename(path)) : []),
  ];
}

/**
 * Writes down what there is to expect of a rollout, if that does not stand there already.
 * @returns where it was written; null when it stood there
 * @throws {CannotWrite}
 */
export async function updateExpectation(
  rollout: string,
  inspect: Inspect,
  { versions, codexHome }: ExpectationOptions,
): Promise<string | null> {
  const path = expectationPath(rollout);
  const before = await readExpectationFile(path).catch(() => null);
  const known = before && parsed(before);
  const chosen = versions ?? (known && typeof known !== 'string' ? versionsOf(known) : [newestCodex]);
  const text = expectationText(await expect(rollout, inspect, ascending(chosen), codexHome));
  if (before?.toString('utf8') === text) return null;
  await writeExpectationFile(path, text);
  return path;
}

async function expect(
  rollout: string,
  inspect: Inspect,
  versions: readonly CodexVersion[],
  codexHome: string | undefined,
): Promise<Expectation> {
  const newest = versions.at(-1) as CodexVersion;
  const emulate = formatCodexVersion(newest);
  const { tokenUsageInfo } = await restoreUsage(
    rollout,
    codexHome === undefined ? { emulate } : { emulate, codexHome },
  );
  const histories = [];
  for (const version of versions) histories.push([version, (await inspect(version)).facts] as const);
  return expectationOf(histories, (await inspect(newest)).thread, tokenUsageInfo);
}

/** Null when there is none; in words what is wrong with it when it cannot be read. */
async function readIfThere(path: string): Promise<Expectation | string | null> {
  let bytes: Buffer | null;
  try {
    bytes = await readExpectationFile(path);
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code}`;
  }
  return bytes && parsed(bytes);
}

function parsed(bytes: Buffer): Expectation | string {
  try {
    return readExpectation(bytes);
  } catch (error) {
    if (error instanceof StrictJsonError) return error.message;
    throw error;
  }
}

function unnamed(versions: readonly CodexVersion[], { lifecycle }: Expectation, name: string): RawFinding[] {
  const missing = versions.map(formatCodexVersion).filter((version) => !Object.hasOwn(lifecycle, version));
  return missing.map((version) =>
    rawFinding('missing-expectation', `${name} does not say what Codex ${version} does`, null),
  );
}

function versionsOf({ lifecycle }: Expectation): CodexVersion[] {
  return ascending(Object.keys(lifecycle).map(supportedVersion));
}

function ascending(versions: readonly CodexVersion[]): CodexVersion[] {
  return versions.toSorted(compareVersions);
}
