import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { relay } from '../../src/tap/relay/relay.ts';
import { pinnedCodexBinary } from '../support/codex.ts';
import { until } from '../support/processes.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';
import { type ClientHome, clientHome } from './support/client-home.ts';
import { describeClient } from './support/describe-client.ts';
import { listening, listeningServer, program, type ServerKind } from './support/servers.ts';
import { Terminal } from './support/terminal.ts';
import { witness } from './support/witness.ts';

/** What a person sees in the terminal who resumes the thread at `url`, looks at its usage, says something, looks again and goes. */
async function session(url: string, { threadId, project, env }: ClientHome): Promise<Record<string, string[]>> {
  const command = [pinnedCodexBinary() ?? '', 'resume', '--remote', url, threadId];
  const terminal = await Terminal.start(command, project, env);
  onTestFinished(() => terminal.close());
  const say = async (text: string) => {
    await terminal.write(text);
    await terminal.see(new RegExp(`› ${text}\\s*$`, 'm'));
    await terminal.press('Enter');
  };
  const status = async (total: string) => {
    await say('/status');
    await terminal.see(new RegExp(`Token usage: +${total} total[\\s\\S]*Limits:`));
  };
  await terminal.see(/The robin does, all winter long\.[\s\S]*› Ask Codex/);
  const resumed = shown(await terminal.text());
  await status('7\\.18K');
  await say('Say it.');
  await terminal.see(/• This is a scripted answer\.[\s\S]*Worked for/);
  await status('7\\.83K');
  const after = shown(await terminal.text());
  await say('/quit');
  const exit = await terminal.ended();
  const left = shown(await terminal.text()).filter((line) => line.startsWith('Token usage so far'));
  return { resumed, after, left, exit: [exit] };
}

/** The lines of a screen without what depends on the hour and the address. */
function shown(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:Server:|WARNING|← for agents)/.test(line))
    .map((line) => line.replace(/^Worked for.*/, 'Worked for'));
}

async function sessionOn(kind: ServerKind, transport: 'ws' | 'unix'): Promise<object> {
  const place = await clientHome();
  return session(await listeningServer(kind, transport, place), place);
}

/** The same with a tap between them, and with witnesses in front of it and behind it. */
async function tappedSessionOn(kind: ServerKind): Promise<object> {
  const place = await clientHome();
  const record = join(temporaryFolder(), 'record.ndjson');
  const [inFront, behind] = [witness(), witness()];
  const server = await relay('ws://127.0.0.1:0', await listeningServer(kind, 'ws', place), behind);
  const tap = [...program, 'tap', '--record', record, '--server', server.url];
  const client = await relay('ws://127.0.0.1:0', await listening(tap, 'ws', place), inFront);
  onTestFinished(async () => {
    await Promise.all([client.close(), server.close()]);
  });
  const seen = await session(client.url, place);
  await until(() => [inFront, behind].every((each) => each.seen.has('c1 closed')));
  expect(inFront.seen).toEqual(behind.seen);
  expect(inFront.seen.get('c1 received')?.length).toBeGreaterThan(10);
  const { stdout } = await runCli(['replay', '--transcript', record, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ lifecycle: 'resume', verdict: 'pass' });
  expect((await runCli(['tap', 'check', record])).code).toBe(0);
  return seen;
}

describeClient('the TUI of Codex resumes, shows the usage, runs a turn, quits', 'tmux', () => {
  test('over ws: on serve as on Codex, and through tap as without it', async () => {
    const [onCodex, onServe] = await Promise.all([sessionOn('codex', 'ws'), sessionOn('serve', 'ws')]);
    expect(onCodex).toMatchObject({
      after: expect.arrayContaining(['Token usage:         7.83K total  (7.42K input + 413 output)']),
      exit: ['0'],
    });
    expect(onServe).toEqual(onCodex);
    expect(await Promise.all([tappedSessionOn('codex'), tappedSessionOn('serve')])).toEqual([onCodex, onCodex]);
  });

  test('over unix: on serve as on Codex', async () => {
    const [onCodex, onServe] = await Promise.all([sessionOn('codex', 'unix'), sessionOn('serve', 'unix')]);
    expect(onCodex).toMatchObject({ exit: ['0'] });
    expect(onServe).toEqual(onCodex);
  });
});
