import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

const INSTALL_MS = 3 * 60_000;
const packages = ['@agentclientprotocol/codex-acp@2.6.0', 'ai-sdk-provider-codex-cli@2.2.1'];

declare module 'vitest' {
  interface ProvidedContext {
    /** The ACP adapter, a script for Node.js. */
    readonly codexAcp: string;
    /** The provider for the AI SDK, a module. */
    readonly aiSdkProvider: string;
  }
}

/**
 * Installs the clients that others publish into a throw-away folder, without the Codex binary that one of them brings, and
 * tells the tests where they are. The provider asks for a newer Node.js than ours, and runs on ours.
 */
export default async function install(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-clients-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const args = ['install', ...quiet, '--omit=optional', '--engine-strict=false', '--prefix', folder, ...packages];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, timeout: INSTALL_MS });
  } catch (error) {
    await remove();
    throw error;
  }
  const modules = join(folder, 'node_modules');
  project.provide('codexAcp', join(modules, '@agentclientprotocol/codex-acp/dist/index.js'));
  project.provide('aiSdkProvider', join(modules, 'ai-sdk-provider-codex-cli/dist/index.js'));
  return remove;
}
