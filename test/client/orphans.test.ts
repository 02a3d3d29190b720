import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { ServerProcess } from '../../src/client/server-process.ts';
import { bundledModule } from '../support/bundled-module.ts';
import { isAlive, processesWith, until } from '../support/processes.ts';
import { random } from '../support/random.ts';
import { samples, seed } from '../support/random-sample.ts';
import { nodeServer } from '../support/scripted-server.ts';

const MODULE = bundledModule('src/client/server-process.ts');

/** A server that nothing but SIGKILL ends, with a child that is no better. */
const STUBBORN = nodeServer(`
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
  const { spawn } = require('node:child_process');
  const child = spawn('sh', ['-c', 'trap "" TERM INT HUP; sleep 60; sleep 60'], { stdio: 'ignore' });
  console.log(JSON.stringify([process.pid, child.pid]));
  setInterval(() => {}, 1000);
`);

/** How often we are killed while a server starts. */
const KILLS = samples(10);

/** Starts us, in a process of its own, with a stubborn server; `then` is what we do once it runs. */
async function startUs(then: string, more: { detached?: boolean } = {}) {
  const script = `
    import { ServerProcess } from ${JSON.stringify(MODULE)};
    const options = { cwd: ${JSON.stringify(tmpdir())}, env: { PATH: process.env.PATH }, longest: 1000 };
    const server = await ServerProcess.start(${JSON.stringify(STUBBORN)}, options);
    for await (const line of server.channel.incoming) {
      console.log(String(line));
      ${then}
    }
  `;
  const us = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
    ...more,
  });
  const [line] = (await once(us.stdout, 'data')) as [Buffer];
  return { us, pids: JSON.parse(String(line)) as number[] };
}

describe('when we die, the server and its children do', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s',
    async (signal) => {
      const { us, pids } = await startUs('');
      expect(pids.map(isAlive)).toEqual([true, true]);
      us.kill(signal);
      await once(us, 'exit');
      await until(() => !pids.some(isAlive));
    },
    30_000,
  );

  test('SIGKILL to our whole group', async () => {
    const { us, pids } = await startUs('', { detached: true });
    process.kill(-(us.pid as number), 'SIGKILL');
    await once(us, 'exit');
    await until(() => !pids.some(isAlive));
  }, 30_000);

  test.each(['process.exit(1)', `setTimeout(() => { throw new Error('expected by this test') })`])(
    '%s',
    async (then) => {
      const { us, pids } = await startUs(then);
      if (us.exitCode === null) await once(us, 'exit');
      await until(() => !pids.some(isAlive));
    },
    30_000,
  );
});

test(
  `SIGKILL at ${KILLS} random moments around the start of a server leaves nothing`,
  async () => {
    const below = random(`orphans ${seed}`);
    for (let i = 0; i < KILLS; i++) {
      const mark = `/started-by-${process.pid}-${i}`;
      const script = `
      import { ServerProcess } from ${JSON.stringify(MODULE)};
      const options = { cwd: '/', env: { PATH: ${JSON.stringify(`${process.env.PATH}:${mark}`)} }, longest: 1000 };
      process.stdout.write('now', () => ServerProcess.start(${JSON.stringify(STUBBORN)}, options));
    `;
      const us = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      await once(us.stdout, 'data');
      const moment = performance.now() + below(8_000) / 1_000;
      while (performance.now() < moment);
      us.kill('SIGKILL');
      await once(us, 'exit');
      await until(() => processesWith(mark).length === 0);
    }
  },
  KILLS * 10_000,
);

test('the watchdog goes with the server that was stopped', async () => {
  const mark = `/watched-by-${process.pid}`;
  const env = { PATH: `${process.env.PATH}:${mark}` };
  const server = await ServerProcess.start(['cat'], { cwd: tmpdir(), env, longest: 1_000 });
  await until(() => processesWith(mark).length === 2);
  await server.stop();
  await until(() => processesWith(mark).length === 0);
});
