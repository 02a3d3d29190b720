import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FoundCodex, findCodex } from '../../src/replay/sandbox/find-codex.ts';

let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'find-codex-test-'));
  for (const place of ['elsewhere', 'bin', 'here/node_modules/.bin', 'here/below']) {
    await mkdir(join(folder, place), { recursive: true });
  }
  for (const program of ['bin/codex', 'bin/codex-next', 'here/node_modules/.bin/codex', 'here/below/codex']) {
    await writeFile(join(folder, program), '');
    await chmod(join(folder, program), 0o700);
  }
  path = `${join(folder, 'elsewhere')}::${join(folder, 'bin')}`;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The path that is found, where the program itself is installed in `own`. */
async function pathOf(...args: Parameters<typeof findCodex>): Promise<string | undefined> {
  return (await findCodex(args[0], args[1], args[2], args[3] ?? folder))?.path;
}

const below = () => join(folder, 'here', 'below');

describe('a codex that is named', () => {
  test.each<[string, string | undefined, string | undefined, string]>([
    ['a bare name, on the PATH', 'codex', undefined, 'bin/codex'],
    ['another one', 'codex-next', undefined, 'bin/codex-next'],
    ['a bare name in $CODEX_BIN', undefined, 'codex', 'bin/codex'],
    ['the option before $CODEX_BIN', 'codex-next', 'codex', 'bin/codex-next'],
    ['a path from here', './codex', undefined, 'here/below/codex'],
    ['a path from here in $CODEX_BIN', undefined, '../codex', 'here/codex'],
    ['a path that leads nowhere', 'nope/codex', undefined, 'here/below/nope/codex'],
  ])('%s', async (_, named, variable, found) => {
    const env = { PATH: path, CODEX_BIN: variable };
    expect(await pathOf(named, env, below())).toBe(join(folder, found));
  });

  test('a full path is what it is', async () => {
    expect(await pathOf('/nope/codex', { PATH: path }, below())).toBe('/nope/codex');
  });

  test('a bare name that is not on the PATH stays what it is: no other codex is taken instead', async () => {
    expect(await pathOf('codex-old', { PATH: path }, below())).toBe('codex-old');
  });

  test('a relative folder of the PATH begins here', async () => {
    expect(await pathOf('codex', { PATH: '.' }, below())).toBe(join(below(), 'codex'));
  });
});

describe('a codex that is not named', () => {
  test('is never what a node_modules holds, here or further up, whatever its package.json says', async () => {
    await writeFile(
      join(folder, 'here', 'package.json'),
      '{"name":"rollout-inspect","dependencies":{"@openai/codex":"*"}}',
    );
    for (const cwd of [below(), join(folder, 'here')]) {
      expect(await findCodex(undefined, { PATH: path }, cwd)).toEqual<FoundCodex>({
        path: join(folder, 'bin/codex'),
        from: 'the PATH',
      });
    }
  });

  test('is that of the checkout of this program, where that is what we run in', async () => {
    const own = join(folder, 'here');
    expect(await findCodex(undefined, { PATH: path }, below(), own)).toEqual<FoundCodex>({
      path: join(own, 'node_modules/.bin/codex'),
      from: 'the node_modules of rollout-inspect',
    });
    expect(await pathOf(undefined, { PATH: path }, join(folder, 'elsewhere'), own)).toBe(join(folder, 'bin/codex'));
  });

  test('is the one on the PATH', async () => {
    expect(await pathOf(undefined, { PATH: path }, join(folder, 'elsewhere'))).toBe(join(folder, 'bin/codex'));
  });

  test('or none', async () => {
    expect(await pathOf(undefined, { PATH: '' }, join(folder, 'elsewhere'))).toBeUndefined();
  });
});
