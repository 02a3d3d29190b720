import { expect, test } from 'vitest';
import { allowedEnvironment } from '../../src/client/environment.ts';

test('a server sees what it needs to run, and what it is given', () => {
  const needed = {
    PATH: '/bin',
    HOME: '/home/me',
    USER: 'me',
    LOGNAME: 'me',
    LANG: 'C',
    LC_ALL: 'C.UTF-8',
    LC_TIME: 'C',
    TERM: 'dumb',
    TMPDIR: '/tmp',
    TZ: 'UTC',
  };
  const secret = {
    OPENAI_API_KEY: 'sk',
    GITHUB_TOKEN: 'gh',
    ACTIONS_RUNTIME_TOKEN: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    NODE_OPTIONS: '--require x',
    LD_PRELOAD: 'x.so',
    CODEX_HOME: '/home/me/.codex',
    LC_SECRET: 'x',
    LC_: 'x',
    MY_PATH: 'x',
    PATHS: 'x',
    path: 'x',
    LANGUAGE: undefined,
  };
  expect(allowedEnvironment({ ...needed, ...secret }, {})).toEqual(needed);
  expect(allowedEnvironment({ ...needed, ...secret }, { CODEX_HOME: '/tmp/x', HOME: '/tmp/x' })).toEqual({
    ...needed,
    CODEX_HOME: '/tmp/x',
    HOME: '/tmp/x',
  });
});
