import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

/**
 * A module of ours with all that it imports in one file of JavaScript, for a process that a test starts: it loads that in
 * a tenth of the time. Returns its URL; the file is there as long as the test file runs that asked for it.
 */
export function bundledModule(path: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollout-inspect-module-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'module.mjs');
  buildSync({ entryPoints: [path], bundle: true, platform: 'node', format: 'esm', target: 'node20', outfile });
  return pathToFileURL(outfile).href;
}
