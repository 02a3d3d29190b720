import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codexBinary } from '../../test/support/codex.ts';

const INSTALL_MS = 5 * 60_000;

/** Installs one released Codex version below `folder`, which should be empty, and returns its native binary. */
export async function installCodex(version: string, folder: string, signal: AbortSignal): Promise<string> {
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const args = ['install', ...quiet, '--prefix', folder, `@openai/codex@${version}`];
  await promisify(execFile)('npm', args, { cwd: folder, signal, timeout: INSTALL_MS });
  return codexBinary(join(folder, 'node_modules', '@openai', 'codex'));
}
