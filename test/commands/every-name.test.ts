import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { homeWith } from '../support/sample-home.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';
const id = '01a20417-8cab-7172-9434-dd5633fbbeb4';

/** How a rollout can be named, after where it stands. */
const forms: Readonly<Record<string, (path: string, home: string) => string>> = {
  'a path': (path) => path,
  'a folder': (path) => dirname(path),
  'a pattern': (_, home) => join(home, '.codex/**', `*${id}.jsonl`),
  'a path from ~': (path, home) => `~${path.slice(home.length)}`,
  'a folder from ~': () => '~/.codex',
  'a URL': (path) => pathToFileURL(path).href,
  'a URL of a folder': (path) => pathToFileURL(dirname(path)).href,
  'its file name': (path) => basename(path),
  'a thread id': () => id,
  'a thread id without dashes': () => id.replaceAll('-', ''),
  'the beginning of a thread id': () => '01a20417-8ca',
  'the name of a session': () => 'Birds in winter',
  'the last session': () => '--last',
};

const commands: Readonly<Record<string, (out: string) => readonly string[]>> = {
  usage: () => ['--json'],
  turns: () => ['--json'],
  size: () => ['--json'],
  tree: () => ['--json'],
  check: () => [],
  compat: () => ['--from', '0.160.0'],
  export: (out) => ['--out', out],
  redact: (out) => ['--output', out],
};

afterAll(() => vi.unstubAllEnvs());

test.each(Object.keys(commands).flatMap((command) => Object.keys(forms).map((form) => [command, form] as const)))(
  '%s takes %s',
  async (command, form) => {
    const home = temporaryFolder();
    const codexHome = join(home, '.codex');
    const [placed] = await homeWith([sample], codexHome);
    const name = { id, thread_name: 'Birds in winter', updated_at: '2026-11-22T17:00:00Z' };
    appendFileSync(join(codexHome, 'session_index.jsonl'), `${JSON.stringify(name)}\n`);
    vi.stubEnv('HOME', home);
    const argument = forms[form]?.(placed?.path ?? '', home) ?? '';
    const args = [command, argument, ...(commands[command]?.(join(home, 'out')) ?? [])];
    const { code, stdout, stderr } = await runCli(args, { env: { CODEX_HOME: codexHome }, cwd: home });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/01a20417-8cab|1 rollout|of 1 rollouts/);
  },
);
