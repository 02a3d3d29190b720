import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { recogniseForeign } from '../../src/rollout/recognition/recognise.ts';
import { agentMessage, sessionMeta, temporaryFolder, threadA, tokenCount, writeRollout } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

const rollout = [sessionMeta(threadA), agentMessage, tokenCount(2000)];
const lines = (...objects: object[]) => `${objects.map((each) => JSON.stringify(each)).join('\n')}\n`;
const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] };

const foreign: readonly (readonly [string, string, string | Buffer])[] = [
  ['nothing', 'empty', ''],
  ['blank lines', 'empty', ' \n\n\t\n'],
  ['a program', 'binary', readFileSync(process.execPath).subarray(0, 100_000)],
  ['a compressed rollout', 'compressed', gzipSync(rollout.join('\n'))],
  ['a log', 'text', '2026-01-01 started\n2026-01-01 ended\n'],
  [
    'the output of codex exec --json',
    'exec-json',
    lines({ type: 'thread.started', thread_id: threadA }, { type: 'turn.completed', usage: { input_tokens: 1 } }),
  ],
  [
    'the same of an old Codex',
    'exec-json',
    lines({ model: 'm', workdir: '/', sandbox: 'x' }, { prompt: 'hi' }, { id: '0', msg: { type: 'token_count' } }),
  ],
  ['messages of an app-server', 'app-server-messages', lines({ method: 'thread/started', params: {} })],
  ['a recording', 'recording', lines({ seq: 1, atMs: 1.5, connection: 'client', direction: 'sent', message: {} })],
  [
    'records over several lines',
    'pretty-printed',
    rollout.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join('\n'),
  ],
  ['records in an array', 'json-array', `[${rollout.join(',')}]`],
  ['records in an array, a line each', 'json-array', `[\n${rollout.join(',\n')}\n]\n`],
  [
    'a rollout from before 0.32',
    'before-0.32',
    lines({ id: threadA, timestamp: 'now', instructions: null, git: {} }, { record_type: 'state' }, item),
  ],
  ['items without an envelope', 'bare-items', lines({ id: threadA, timestamp: 'now', cwd: '/' }, item)],
  [
    'a session of the first CLI',
    'typescript-cli',
    JSON.stringify({ session: { id: '1', instructions: '' }, items: [] }, null, 2),
  ],
  ['the history of prompts', 'prompt-history', lines({ session_id: threadA, ts: 1, text: 'hi' })],
  ['the index of names', 'session-index', lines({ id: threadA, thread_name: 'a', updated_at: 'now' })],
  [
    'Claude Code',
    'claude-code',
    lines({ type: 'summary', leafUuid: 'u' }, { type: 'user', sessionId: 's', message: item }),
  ],
  ['Copilot CLI', 'copilot-cli', lines({ type: 'session.start', data: {}, id: '1', timestamp: 'now', parentId: null })],
  ['Gemini CLI', 'gemini-cli', JSON.stringify({ sessionId: 's', projectHash: 'h', messages: [] }, null, 2)],
  ['Pi', 'pi', lines({ type: 'session', version: 3, id: '1', timestamp: 'now', cwd: '/' })],
  ['a chat', 'chat-messages', lines({ role: 'user', content: 'hello' })],
  ['samples to train a model', 'chat-messages', lines({ messages: [{ role: 'user', content: 'hello' }] })],
  ['JSON of something else', 'other-json', lines({ level: 'info', msg: 'started' })],
  ['a JSON document', 'other-json', JSON.stringify({ name: 'package' }, null, 2)],
];

test.each(foreign)('%s is known as %s', (_, kind, content) => {
  expect(recogniseForeign(Buffer.from(content))?.kind).toBe(kind);
});

test.each<[string, string | Buffer]>([
  ['a whole one', rollout.join('\n')],
  ['one with a byte order mark', `\ufeff${rollout.join('\n')}`],
  ['one in UTF-16', Buffer.from(rollout.join('\n'), 'utf16le')],
  ['one with carriage returns only', rollout.join('\r')],
  ['one without a session_meta', rollout.slice(1).join('\n')],
  ['one behind lines of something else', `${lines({ level: 'info' })}{}\n${rollout.join('\n')}`],
  ['one that was cut in its first line', rollout[0]?.slice(0, 30) ?? ''],
  ['one whose first line is longer than what is looked at', `${sessionMeta(threadA, { base: 'a'.repeat(400_000) })}\n`],
  ['one with numbers for timestamps', rollout.join('\n').replaceAll(/"timestamp":"[^"]*"/g, '"timestamp":1')],
  ['a token_count that was cut at its beginning', tokenCount(1000).slice(60)],
])('a damaged rollout is still one: %s', (_, content) => {
  expect(recogniseForeign(Buffer.from(content))).toBeNull();
});

test('no rollout of the samples and the recordings is taken for something else, unless no version loads it', async () => {
  for (const version of ['0.122.0', '0.144.6', '0.169.0']) {
    for (const name of readdirSync(`samples/${version}`)) {
      expect(recogniseForeign(readFileSync(`samples/${version}/${name}`)), name).toBeNull();
    }
  }
  const named = readdirSync('test/oracle')
    .filter((name) => recogniseForeign(readOracle(name)) !== null)
    .sort();
  expect(named).toEqual(['whitespace_file']);
});

function readOracle(name: string): Buffer {
  try {
    return readFileSync(join('test/oracle', name, 'rollout.jsonl')).subarray(0, 256 * 1024);
  } catch {
    return Buffer.from(rollout.join('\n'));
  }
}

test('check, usage and turns say the same one sentence', async () => {
  const exec = foreign.find(([, kind]) => kind === 'exec-json')?.[2] as string;
  const path = writeRollout(temporaryFolder(), 'rollout.jsonl', exec.trimEnd().split('\n'));
  const sentence =
    'it is what `codex exec --json` prints, not a rollout; Codex neither resumes nor forks it: name the rollout of that session, which Codex wrote into sessions/ of its home';
  const checked = await runCli(['check', path, '--json']);
  expect(JSON.parse(checked.stdout).rollouts[0].findings).toMatchObject([
    { id: 'not-a-rollout', severity: 'error', line: 1, message: sentence },
  ]);
  const usage = await runCli(['usage', path]);
  expect(usage).toMatchObject({ code: 1, stderr: `rollout-inspect: ${path}: ${sentence}\n` });
  expect(usage.stdout).toContain(`usage    none: ${sentence}\n`);
  const turns = await runCli(['turns', path]);
  expect(turns.stderr).toContain(`rollout-inspect: ${path}: ${sentence}\n`);
  expect(turns.code).toBe(3);
});

test('usage and turns say why a session_meta is not taken', async () => {
  const lines = [sessionMeta('session-42'), agentMessage, tokenCount(2000)];
  const path = writeRollout(temporaryFolder(), 'rollout.jsonl', lines);
  for (const command of ['usage', 'turns']) {
    const { stdout, stderr } = await runCli([command, path]);
    expect(stdout).toContain(
      'unknown: its session_meta is not taken, so Codex does not load it: payload.id: not a UUID',
    );
    expect(stderr).toContain('its session_meta is not taken');
  }
});
