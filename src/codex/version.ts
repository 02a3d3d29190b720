/** A released Codex version: major, minor, patch. */
export type CodexVersion = readonly [number, number, number];

/** The oldest and newest released versions the rules were measured on. */
const oldestCodex: CodexVersion = [0, 98, 0];
export const newestCodex: CodexVersion = [0, 171, 0];

/** Reads `0.169.0`; a leading `v` or `rust-v` and a pre-release or build suffix are fine. Undefined for anything else. */
export function parseCodexVersion(text: string): CodexVersion | undefined {
  const match = /^(?:rust-)?v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+][\w.+-]*)?$/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Whether `version` is `since` or newer. */
export function isAtLeast(version: CodexVersion, since: CodexVersion): boolean {
  for (const [i, part] of since.entries()) {
    const own = version[i] as number;
    if (own !== part) return own > part;
  }
  return true;
}

export function formatCodexVersion(version: CodexVersion): string {
  return version.join('.');
}

/**
 * The version that `text` names; the newest measured one when it names none. A newer one has the rules of that.
 * @throws {RangeError} when it is no version, or older than the rules reach.
 */
export function supportedVersion(text: string | undefined): CodexVersion {
  if (text === undefined) return newestCodex;
  const version = parseCodexVersion(text);
  if (!version) throw new RangeError(`not a Codex version: ${text}`);
  if (!isAtLeast(version, oldestCodex)) {
    throw new RangeError(`Codex ${text} is too old: known are ${formatCodexVersion(oldestCodex)} and newer`);
  }
  return version;
}

/** Since when rollouts have the form of today: lines with a timestamp, a type and a payload. */
const firstRollouts: CodexVersion = [0, 32, 0];

/** Whether `version` wrote rollouts of the form of today. Builds that were not released call themselves 0.0.0. */
export function writesRollouts(version: CodexVersion): boolean {
  return isAtLeast(version, firstRollouts);
}

/** The oldest version of which it is known that it names the model provider in a session_meta; 0.42 does not. */
const firstWithProvider: CodexVersion = [0, 57, 0];

/** Whether a rollout that `version` began may name no model provider, although nobody changed it. */
export function mayNameNoProvider(version: CodexVersion): boolean {
  return writesRollouts(version) && !isAtLeast(version, firstWithProvider);
}

/** Whether the rules of `version` are known: it is neither older nor newer than all that were measured. */
export function isMeasured(version: CodexVersion): boolean {
  return isAtLeast(version, oldestCodex) && isAtLeast(newestCodex, version);
}

/** The measured version whose rules `version` has: itself, or the newest measured one when it is newer than that. */
export function versionOfRules(version: CodexVersion): CodexVersion {
  return isAtLeast(version, newestCodex) ? newestCodex : version;
}

/** Whether `version` came out before `other`. */
export function isOlder(version: CodexVersion, other: CodexVersion): boolean {
  return !isAtLeast(version, other);
}

/** A span of versions: from `since` on (null: all the way back), up to but without `until` (null: no end yet). */
export interface VersionSpan {
  readonly since: CodexVersion | null;
  readonly until: CodexVersion | null;
}

export function isWithin(version: CodexVersion, { since, until }: VersionSpan): boolean {
  return !(since && !isAtLeast(version, since)) && !(until && isAtLeast(version, until));
}

/** Negative, 0 or positive, as `a` is older than, the same as or newer than `b`. */
export function compareVersions(a: CodexVersion, b: CodexVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
