import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCodex } from '../../src/replay/sandbox/find-codex.ts';

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
    expect(await findCodex(named, env, below())).toBe(join(folder, found));
  });

  test('a full path is what it is', async () => {
    expect(await findCodex('/nope/codex', { PATH: path }, below())).toBe('/nope/codex');
  });

  test('a bare name that is not on the PATH stays what it is: no other codex is taken instead', async () => {
    expect(await findCodex('codex-old', { PATH: path }, below())).toBe('codex-old');
  });

  test('a relative folder of the PATH begins here', async () => {
    expect(await findCodex('codex', { PATH: '.' }, below())).toBe(join(below(), 'codex'));
  });
});

describe('a codex that is not named', () => {
  test('is that of node_modules, here or further up', async () => {
    expect(await findCodex(undefined, { PATH: path }, below())).toBe(join(folder, 'here/node_modules/.bin/codex'));
  });

  test('or else the one on the PATH', async () => {
    expect(await findCodex(undefined, { PATH: path }, join(folder, 'elsewhere'))).toBe(join(folder, 'bin/codex'));
  });

  test('or none', async () => {
    expect(await findCodex(undefined, { PATH: '' }, join(folder, 'elsewhere'))).toBeUndefined();
  });
});
