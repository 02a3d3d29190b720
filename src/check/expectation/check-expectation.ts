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
import { expectationPath, isOurExpectation, readExpectationFile, writeExpectationFile } from './file.ts';
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
  if (read === null || read === FOREIGN) {
    const message = `there is no ${basename(path)} beside it${read === FOREIGN ? ' that is an expectation' : ''}`;
    return [
      ...(read === FOREIGN ? [foreignExpectation(path)] : []),
      ...(requireExpected ? [rawFinding('missing-expectation', message, null)] : []),
    ];
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

/** What came of an update. `written`: where the expectation was written; null when nothing had to be, or could be. */
export interface ExpectationUpdate {
  readonly written: string | null;
  readonly findings: readonly RawFinding[];
}

/**
 * Writes down what there is to expect of a rollout, if that does not stand there already. A file of somebody else that is
 * called like the expectation stays as it is.
 * @throws {CannotWrite}
 */
export async function updateExpectation(
  rollout: string,
  inspect: Inspect,
  { versions, codexHome }: ExpectationOptions,
): Promise<ExpectationUpdate> {
  const path = expectationPath(rollout);
  const before = await readExpectationFile(path).catch(() => null);
  if (before && !isOurExpectation(before)) return { written: null, findings: [foreignExpectation(path)] };
  const known = before && parsed(before);
  const chosen = versions ?? (known && typeof known !== 'string' ? versionsOf(known) : [newestCodex]);
  const text = expectationText(await expect(rollout, inspect, ascending(chosen), codexHome));
  if (before?.toString('utf8') === text) return { written: null, findings: [] };
  await writeExpectationFile(path, text);
  return { written: path, findings: [] };
}

function foreignExpectation(path: string): RawFinding {
  return rawFinding('foreign-expectation', `${basename(path)} beside it is no expectation of rollout-inspect`, null);
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

/** Stands for a file of somebody else. */
const FOREIGN = Symbol('foreign');

/** Null when there is none; in words what is wrong with it when it cannot be read. */
async function readIfThere(path: string): Promise<Expectation | string | typeof FOREIGN | null> {
  let bytes: Buffer | null;
  try {
    bytes = await readExpectationFile(path);
  } catch (error) {
    return `cannot be read: ${(error as NodeJS.ErrnoException).code}`;
  }
  return bytes && (isOurExpectation(bytes) ? parsed(bytes) : FOREIGN);
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
