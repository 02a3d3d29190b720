import { releases, releasesBetween } from '../../codex/releases.ts';
import { type CodexVersion, formatCodexVersion, isOlder, parseCodexVersion } from '../../codex/version.ts';
import { UserError } from '../../errors.ts';

/** The oldest and the newest version to look at, as they were named. */
export interface VersionRange {
  readonly from?: string;
  readonly to?: string;
}

/** The first release that sends restored usage. */
const FIRST = '0.122.0';

/** The released versions that the options name, the oldest first. @throws {UserError} when there are none */
export function releasesIn({ from = FIRST, to }: VersionRange): [CodexVersion, ...CodexVersion[]] {
  const newest = releases.at(-1) as CodexVersion;
  const first = versionNamed('--from', from);
  const last = to === undefined ? newest : versionNamed('--to', to);
  const known = `known are ${formatCodexVersion(releases[0] as CodexVersion)} to ${formatCodexVersion(newest)}`;
  for (const version of [first, last]) {
    if (isOlder(version, releases[0] as CodexVersion) || isOlder(newest, version)) {
      throw new UserError(`nothing is known of Codex ${formatCodexVersion(version)}`, { hint: known });
    }
  }
  const [oldest, ...others] = releasesBetween(first, last);
  if (!oldest) throw new UserError(`no Codex was released from ${from} to ${to ?? 'now'}`, { hint: known });
  return [oldest, ...others];
}

function versionNamed(option: string, text: string): CodexVersion {
  const version = parseCodexVersion(text);
  if (!version) throw new UserError(`${option}: not a Codex version: ${text}`, { hint: 'for example 0.144.6' });
  return version;
}
