import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AppServer } from '../support/app-server.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { until } from '../support/processes.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { type ClientHome, clientHome } from './support/client-home.ts';
import { describeClient } from './support/describe-client.ts';
import { listening, listeningServer, program } from './support/servers.ts';
import { Terminal } from './support/terminal.ts';

const codex = pinnedCodexBinary() ?? '';

/** A thread that Codex forked from the one in the home, with a turn of its own. @returns its id */
async function forkedThread({ home, threadId }: ClientHome): Promise<string> {
  const server = await AppServer.start(codex, home);
  try {
    const { thread } = await server.request<{ thread: { id: string } }>('thread/fork', { threadId });
    await server.request('turn/start', { threadId: thread.id, input: [{ type: 'text', text: 'Go on.' }] });
    await server.waitFor('turn/completed', 20_000);
    return thread.id;
  } finally {
    await server.stop();
  }
}

describeClient('the TUI whose meter is blank', 'tmux', () => {
  test('the log of tap names the reason and the way out; a fork of the same thread passes', async () => {
    const place = await clientHome();
    const fork = await forkedThread(place);
    const folder = temporaryFolder();
    const [log, record] = [join(folder, 'tap.log'), join(folder, 'tap.ndjson')];
    const server = await listeningServer('codex', 'ws', place);
    const url = await listening([...program, 'tap', '--log', log, '--record', record, '--server', server], 'ws', place);
    const open = async (verb: 'resume' | 'fork') => {
      const terminal = await Terminal.start([codex, verb, '--remote', url, fork], place.project, place.env);
      onTestFinished(() => terminal.close());
      await terminal.see(/The robin does, all winter long\.[\s\S]*› Ask Codex/);
      await terminal.write('/status');
      await terminal.see(/› \/status\s*$/m);
      await terminal.press('Enter');
      const [, tokens = ''] = await terminal.see(/Token usage: +(.*)[\s\S]*Limits:/);
      return { terminal, tokens };
    };
    const said = () => readFileSync(log, 'utf8');

    const { terminal, tokens } = await open('resume');
    expect(tokens).toMatch(/^0 total/);
    await until(() => said().includes('  next: '));
    await terminal.close();
    expect(said()).toContain(`= fail: resume of thread ${fork}`);
    expect(said()).toContain('usage-present: expected thread/tokenUsage/updated after the response');
    expect(said()).toContain('(fork-resume-no-replay, since 0.166.0)');
    expect(said()).toContain('next: fork the thread, or rejoin it while it runs');

    await open('fork');
    await until(() => said().includes(`= pass: fork of thread ${fork} into`));
    const { code, stdout } = await runCli(['replay', '--transcript', record, '--json']);
    const { lifecycles } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(lifecycles.map(({ lifecycle, verdict }: Record<string, string>) => [lifecycle, verdict])).toEqual([
      ['resume', 'fail'],
      ['fork', 'pass'],
    ]);
  });
});
