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
import type { Landmarks } from '../lines/landmarks.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';
import { expectationDifferences, type FieldDifference, type RootDifference, rootDifferences } from './differences.ts';
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

/** What came of a comparison. `isMet`: an expectation names each version that is checked, and the rollout is as it says. */
export interface Comparison {
  readonly findings: readonly RawFinding[];
  readonly isMet: boolean;
}

/** Compares a rollout with its expectation, by every version that this names. */
export async function checkExpectation(
  rollout: string,
  inspect: Inspect,
  { versions, codexHome, requireExpected }: ExpectationOptions,
): Promise<Comparison> {
  const path = expectationPath(rollout);
  const unmet = (...findings: RawFinding[]) => ({ findings, isMet: false });
  const read = await readIfThere(path);
  const known = read === null || read === FOREIGN || typeof read === 'string' ? [] : versionsOf(read);
  const fix = updateCommand(rollout, versions && [...versions, ...known]);
  if (read === FOREIGN) {
    const message = `there is no ${basename(path)} beside it that is an expectation`;
    const missing = requireExpected ? [rawFinding('missing-expectation', message, null)] : [];
    return unmet(foreignExpectation(path), ...missing);
  }
  if (read === null) {
    const message = `there is no ${basename(path)} beside it`;
    return requireExpected ? unmet({ ...rawFinding('missing-expectation', message, null), fix }) : unmet();
  }
  if (typeof read === 'string') {
    return unmet({ ...rawFinding('bad-expectation', `${basename(path)}: ${read}`, null), fix });
  }
  const named = versionsOf(read);
  const actual = await expect(rollout, inspect, named, codexHome);
  const { marks } = await inspect(named.at(-1) as CodexVersion);
  const missing = unnamed(versions ?? [newestCodex], read, basename(path));
  const different = rootDifferences(expectationDifferences(read, actual)).map((each) => differs(each, marks));
  const findings = [...different, ...(requireExpected ? missing : [])].map((finding) => ({ ...finding, fix }));
  return { findings, isMet: different.length + missing.length === 0 };
}

function differs({ path, expected, actual, echoes }: RootDifference, marks: Landmarks): RawFinding {
  const verb = echoes === 1 ? 'is the field that repeats' : `are the ${echoes} fields that repeat`;
  const same = echoes === 0 ? '' : `, nor ${verb} it`;
  const place = path.startsWith('tokenUsageInfo') ? marks.lastUsage : null;
  return rawFinding('expectation-differs', `${path} is not as expected${same}`, place, { expected, actual });
}

/** The command line that writes the expectation anew, for these versions where they are named. */
function updateCommand(rollout: string, versions: readonly CodexVersion[] | null): string {
  const names = new Set(ascending(versions ?? []).map(formatCodexVersion));
  const emulate = [...names].map((name) => ` --emulate ${name}`).join('');
  return `rollout-inspect check ${shellWord(rollout)} --update${emulate}`;
}

/** A path as one word for a shell. */
function shellWord(path: string): string {
  const name = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./@%+,:=-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** An expectation that was written, and what it says that the one before did not; null when there was none. */
export interface WrittenExpectation {
  readonly path: string;
  readonly changes: readonly FieldDifference[] | null;
}

/** What came of an update. `written`: null when nothing had to be written, or could be. */
export interface ExpectationUpdate {
  readonly written: WrittenExpectation | null;
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
  const now = await expect(rollout, inspect, ascending(chosen), codexHome);
  const text = expectationText(now);
  if (before?.toString('utf8') === text) return { written: null, findings: [] };
  await writeExpectationFile(path, text);
  const changes = known && typeof known !== 'string' ? rootDifferences(expectationDifferences(known, now)) : null;
  return { written: { path, changes }, findings: [] };
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
