import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/rollout.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';

test('the package can be installed globally and used as a library', { timeout: 120_000 }, () => {
  const folder = temporaryFolder();
  const npm = (...args: string[]) => execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  npm('pack', '--pack-destination', folder);
  const [tarball = ''] = readdirSync(folder);
  npm('install', '--global', '--prefix', join(folder, 'prefix'), join(folder, tarball));

  const installed = spawnSync(join(folder, 'prefix/bin/rollout-inspect'), ['usage', sample, '--json'], {
    encoding: 'utf8',
  });
  expect(JSON.parse(installed.stdout).rollouts[0].tokenUsageInfo.total_token_usage.total_tokens).toBe(12299);
  const root = join(folder, 'prefix/lib/node_modules/rollout-inspect');
  expect(existsSync(join(root, 'node_modules'))).toBe(false);
  expect(readFileSync(join(root, 'dist/main.licenses.txt'), 'utf8')).toContain('commander');

  const links = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/\]\(([^):#]+)(?:#[^)]*)?\)/g)];
  expect(links.length).toBeGreaterThan(2);
  for (const [, link = ''] of links) expect(existsSync(join(root, link)), link).toBe(true);

  const script = `import { restoreUsage } from 'rollout-inspect';
    const { tokenUsageInfo } = await restoreUsage('samples/0.169.0/two-turns.jsonl');
    console.log(tokenUsageInfo.total_token_usage.total_tokens === 12299n);`;
  const library = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  expect(library.stdout).toBe('true\n');
});
