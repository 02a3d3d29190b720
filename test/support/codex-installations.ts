import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installCodex } from '../../samples/make/install.ts';
import { isReleasedForLinux, releases } from '../../src/codex/releases.ts';
import { formatCodexVersion, isAtLeast } from '../../src/codex/version.ts';
import { codexBinary, pinnedCodex, pinnedCodexBinary } from './codex.ts';

const INSTALL_MS = 5 * 60_000;
const kept = process.env.ROLLOUT_INSPECT_CODEX_DIR || undefined;

/** Released Codex versions, each in a folder of its own. */
export interface CodexInstallations {
  /** The native binary of a version. @throws when it was not asked for */
  readonly binary: (version: string) => string;
  /** Removes what was installed. */
  readonly remove: () => Promise<void>;
}

/**
 * Installs these versions, all at once, below one temporary folder; or below the folder which `ROLLOUT_INSPECT_CODEX_DIR` names,
 * where they stay. A version that stands there already, as `<version>/node_modules/@openai/codex`, is used from there, and the
 * pinned one is a dependency.
 */
export async function installCodexVersions(versions: readonly string[]): Promise<CodexInstallations> {
  const folder = await mkdtemp(join(kept ?? tmpdir(), 'codex-versions-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(INSTALL_MS)]);
  const install = async (version: string): Promise<[string, string]> => {
    const ready = installedBefore(version);
    if (ready !== undefined) return [version, ready];
    const own = join(folder, version);
    await mkdir(own);
    const binary = await installCodex(version, own, signal);
    return [version, kept === undefined ? binary : await keep(own, join(kept, version))];
  };
  const installing = versions.map(install);
  try {
    const binaries = new Map(await Promise.all(installing));
    const binary = (version: string) => {
      const path = binaries.get(version);
      if (path === undefined) throw new Error(`Codex ${version} is not installed`);
      return path;
    };
    return { binary, remove };
  } catch (error) {
    stop.abort();
    await Promise.allSettled(installing);
    await remove();
    throw error;
  }
}

function installedBefore(version: string): string | undefined {
  if (version === formatCodexVersion(pinnedCodex)) return pinnedCodexBinary();
  const path = packageIn(join(kept ?? '', version));
  return kept !== undefined && existsSync(path) ? codexBinary(path) : undefined;
}

/** Puts a whole installation in its place, unless somebody else was faster; returns the binary. */
async function keep(installed: string, place: string): Promise<string> {
  await rename(installed, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return codexBinary(packageIn(place));
}

function packageIn(folder: string): string {
  return join(folder, 'node_modules', '@openai', 'codex');
}

/** Every release that can be installed here, the oldest first: 0.98.0 was published in another form. */
export const installableVersions: readonly string[] = releases
  .filter((version) => isReleasedForLinux(version) && isAtLeast(version, [0, 99, 0]))
  .map(formatCodexVersion);
