import packageJson from '../../../package.json' with { type: 'json' };
import { isReleasedForLinux } from '../../codex/releases.ts';
import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import { CodexCache, defaultCacheFolder } from '../../compat/binaries/codex-cache.ts';
import type { LivePlan, LiveVersion } from '../../compat/live/live-compatibility.ts';
import { UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import type { LiveProgress } from './live-progress.ts';

/** The options that say which binaries to run. */
export interface BinaryOptions {
  readonly install?: true;
  readonly cache?: string;
}

/** The plan to ask real versions. @throws {UserError} when none of them is installed */
export async function livePlan(
  versions: readonly CodexVersion[],
  options: BinaryOptions & { readonly bisect?: true },
  io: Io,
  progress: LiveProgress | null,
): Promise<LivePlan> {
  const found = await installedVersions(versions, options, io, progress);
  return {
    versions: found,
    bisect: options.bisect === true,
    setting: { env: io.env, clientVersion: packageJson.version, onDeadlySignal: io.onDeadlySignal },
    onStage: (asked, stage) => progress?.stage(asked, stage),
  };
}

async function installedVersions(
  versions: readonly CodexVersion[],
  options: BinaryOptions,
  io: Io,
  progress: LiveProgress | null,
): Promise<[LiveVersion, ...LiveVersion[]]> {
  const cache = cacheOf(options, io);
  const candidates = options.install
    ? versions.filter((version) => process.platform !== 'linux' || isReleasedForLinux(version))
    : versions.filter((version) => cache.binary(formatCodexVersion(version)) !== undefined);
  const [oldest, ...others] = candidates.map((version) => ({
    version,
    binary: async () => {
      await progress?.clear();
      return binaryOf(formatCodexVersion(version), options, io);
    },
  }));
  if (!oldest) {
    throw new UserError(`none of these Codex versions is installed in ${cache.folder}`, {
      hint: '--install fetches them from npm, --cache names another folder',
    });
  }
  const missing = versions.length - candidates.length;
  if (missing > 0) await io.err(stderrLine(`note: versions without a binary in ${cache.folder}: ${missing}`));
  return [oldest, ...others];
}

/** The binary of a version, fetched if it may be. @throws {UserError} when it is not there */
export async function binaryOf(version: string, options: BinaryOptions, io: Io): Promise<string> {
  const cache = cacheOf(options, io);
  const installed = cache.binary(version);
  if (installed !== undefined) return installed;
  if (!options.install) {
    throw new UserError(`Codex ${version} is not installed in ${cache.folder}`, {
      hint: '--install fetches it from npm',
    });
  }
  await io.err(stderrLine(`installing Codex ${version} into ${cache.folder}`));
  return cache.install(version, io.env);
}

function cacheOf({ cache }: BinaryOptions, { env }: Io): CodexCache {
  return new CodexCache(cache ?? defaultCacheFolder(env));
}
