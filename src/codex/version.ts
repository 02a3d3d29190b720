/** A released Codex version: major, minor, patch. */
export type CodexVersion = readonly [number, number, number];

/** The oldest and newest released versions the rules were measured on. */
const oldestCodex: CodexVersion = [0, 98, 0];
export const newestCodex: CodexVersion = [0, 169, 0];

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
