import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../errors.ts';
import { nativeBinary, system } from './native-binary.ts';

const INSTALL_MS = 10 * 60_000;

/**
 * A folder of released Codex versions, each in a folder of its own that can be removed at any time:
 * `<folder>/<version>/node_modules/@openai/codex-<system>`.
 */
export class CodexCache {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The native binary of a version, or undefined when it is not installed here. */
  binary(version: string): string | undefined {
    const packages = join(this.folder, version, 'node_modules', '@openai');
    return nativeBinary(join(packages, `codex-${system}`));
  }

  /**
   * Installs a version with npm, the package for this system alone. `env`: for npm.
   * @throws {UserError} when npm cannot do it, or the version has no binary for this system
   */
  async install(version: string, env: Readonly<Record<string, string | undefined>>): Promise<string> {
    const prefix = join(this.folder, version);
    await mkdir(prefix, { recursive: true });
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    const spec = `@openai/codex-${system}@npm:@openai/codex@${version}-${system}`;
    try {
      await promisify(execFile)('npm', ['install', ...quiet, '--prefix', prefix, spec], {
        cwd: prefix,
        env,
        timeout: INSTALL_MS,
      });
    } catch (cause) {
      const said = String((cause as { stderr?: unknown }).stderr ?? cause).trim();
      const [first = ''] = said.split('\n').map((line) => line.replace(/^npm (?:error|ERR!) /, ''));
      throw new UserError(`cannot install Codex ${version}: ${first}`, { cause, hint: `into ${prefix}, with npm` });
    }
    const binary = this.binary(version);
    if (binary === undefined) throw new UserError(`Codex ${version} has no binary for ${system}`);
    return binary;
  }
}

/** Where binaries are kept unless another folder is named. */
export function defaultCacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'rollout-inspect', 'codex');
}
