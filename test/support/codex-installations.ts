import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installCodex } from '../../samples/make/install.ts';
import { codexBinary } from './codex.ts';

const INSTALL_MS = 5 * 60_000;

/** Released Codex versions, each in a folder of its own. */
export interface CodexInstallations {
  /** The native binary of a version. @throws when it was not asked for */
  readonly binary: (version: string) => string;
  /** Removes what was installed. */
  readonly remove: () => Promise<void>;
}

/**
 * Installs these versions below one temporary folder, all at once. A version that stands in the folder which
 * `ROLLOUT_INSPECT_CODEX_DIR` names, as `<version>/node_modules/@openai/codex`, is used from there.
 */
export async function installCodexVersions(versions: readonly string[]): Promise<CodexInstallations> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-versions-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(INSTALL_MS)]);
  const install = async (version: string): Promise<[string, string]> => {
    const ready = installedBefore(version);
    if (ready !== undefined) return [version, ready];
    const own = join(folder, version);
    await mkdir(own);
    return [version, await installCodex(version, own, signal)];
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
  const named = process.env.ROLLOUT_INSPECT_CODEX_DIR;
  const path = join(named ?? '', version, 'node_modules', '@openai', 'codex');
  return named && existsSync(path) ? codexBinary(path) : undefined;
}
