import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkRollout } from '../../src/check/check-rollout.ts';
import { supportedVersion } from '../../src/codex/version.ts';
import { checkOptions } from '../support/check-options.ts';
import {
  agentMessage,
  sessionMeta,
  temporaryFolder,
  threadA,
  threadB,
  tokenCount,
  writeRollout,
} from '../support/rollout.ts';

/** What is found in a rollout of these lines: `id line`, the message behind it when that is wanted. */
async function found(lines: readonly (string | Buffer)[], emulate = '0.171.0'): Promise<string[]> {
  return foundIn(writeRollout(temporaryFolder(), 'rollout.jsonl', lines), emulate);
}

async function foundIn(path: string, emulate = '0.171.0'): Promise<string[]> {
  const { findings } = await checkRollout(path, checkOptions({ versions: [supportedVersion(emulate)] }));
  return findings.map(({ id, line, message }) => `${id} ${line}: ${message}`);
}

const meta = sessionMeta(threadA, { model_provider: 'mock' });
const turn = ['task_started', 'task_complete'].map((type) =>
  JSON.stringify({ timestamp: 'now', type: 'event_msg', payload: { type, turn_id: threadB } }),
);
const [started = '', completed = ''] = turn;
const whole = (...lines: string[]) => [meta, started, ...lines, tokenCount(2000), completed];
const broken = tokenCount(1000).replace('"input_tokens":1000', '"input_tokens":1e3');

/** A usage of which the total is more than its parts. */
function usage(name: string, input: number, output: number, total: number): string {
  const counts = { input_tokens: input, cached_input_tokens: 0, output_tokens: output, reasoning_output_tokens: 0 };
  return `"${name}_token_usage":${JSON.stringify({ ...counts, total_tokens: total })}`;
}

/** A token_count that ends behind the first `text`. */
function cutBehind(text: string): string {
  const line = tokenCount(3000);
  return line.slice(0, line.indexOf(text) + text.length);
}

test('a rollout in which there is nothing to find', async () => {
  expect(await found(whole())).toEqual([]);
});

test('a provider whose totals are not the sums of their parts is not taken for a changed record', async () => {
  const response = (total: number, last: number) =>
    tokenCount(0)
      .replace(/"total_token_usage":\{[^}]*\}/, usage('total', 3 * total, total, 5 * total))
      .replace(/"last_token_usage":\{[^}]*\}/, usage('last', 3 * last, last, 5 * last));
  expect(await found(whole(response(100, 100), response(300, 200)).toSpliced(4, 1))).toEqual([]);
  const changed = response(600, 300).replace('"total_tokens":3000', '"total_tokens":3001');
  expect(await found(whole(response(100, 100), response(300, 200), changed).toSpliced(5, 1))).toEqual([
    expect.stringContaining('total-not-sum 5: total_token_usage.total_tokens is 3001'),
    expect.stringContaining('total-does-not-follow 5: total_token_usage.total_tokens is 3001, but it was 1500'),
  ]);
});

test('a response may reach into the part of the window that Codex keeps for itself', async () => {
  const response = (total: number) =>
    tokenCount(total).replace(/"model_context_window":\d+/, '"model_context_window":950');
  expect(await found([meta, started, response(2_000), completed])).toEqual([]);
  expect(await found([meta, started, response(2_002), completed])).toEqual([
    expect.stringContaining('last-exceeds-window 3: last_token_usage has 1001 tokens, the context window 950'),
  ]);
});

test('of a token_count that is dropped it matters whether a later one makes up for it', async () => {
  expect(await found(whole(broken))).toEqual([
    expect.stringContaining('dropped-older-token-count 3: Codex 0.171.0 drops'),
  ]);
  const [finding, ...others] = await found([...whole(), broken, broken.replace('"info":{', '"info":null,"was":{')]);
  expect(finding).toContain('dropped-token-count 5: ');
  expect(finding).toContain('payload.info.total_token_usage.input_tokens: 1e3 is not a whole number');
  expect(others).toEqual([]);
});

test.each([
  ['two records in one line', `${agentMessage}${tokenCount(3000)}`],
  ['a token_count with a leading zero', tokenCount(3000).replace(':3000', ':03000')],
  ['a token_count behind zeros', `\0\0\0${tokenCount(3000)}`],
  ['a token_count that is cut behind its info', cutBehind('"info":')],
  ['a token_count that is cut before its info', cutBehind('"token_count",')],
  ['a token_count that is cut in its name', cutBehind('"toke')],
  ['a token_count in UTF-16', Buffer.from(tokenCount(3000), 'utf16le').toString('latin1')],
  ['a token_count in an array', `[${tokenCount(3000)}]`],
  ['the end of a token_count', tokenCount(3000).slice(tokenCount(3000).indexOf('"info"'))],
  ['a payload in an array', tokenCount(3000).replace(/"payload":(.*)\}$/, '"payload":[$1]}')],
  ['a token_count whose name has a slip', tokenCount(3000).replace('token_count', 'token_bount')],
  ['a token_count whose type has a slip', tokenCount(3000).replace('event_msg', 'event_lsg')],
  ['a token_count whose info has a slip', tokenCount(3000).replace('"info"', '"infn"')],
])('%s loses usage', async (_, line) => {
  expect(await found([...whole(), line])).toEqual([expect.stringMatching(/^dropped-token-count 5: /)]);
});

test.each([
  ['a text that talks of one', agentMessage.replace('hello', '{\\"type\\":\\"token_count\\",\\"info\\":{')],
  ['such a text, cut', agentMessage.replace('hello', '{\\"type\\":\\"token_count\\",\\"info\\":{').slice(0, -4)],
  ['one without usage, cut', broken.replace(/"info":.*/, '"info":null,"rate_')],
  ['a record of another name', tokenCount(3000).replace('token_count', 'token_forecast')],
  ['a record that is cut before its name', cutBehind('"payload":{"type":"t')],
  [
    'one without usage, dropped for its rate limits',
    broken.replace(/"info":.*,"rate_limits":null/, '"info":null,"rate_limits":1'),
  ],
])('%s loses none', async (_, line) => {
  expect((await found([...whole(), line])).filter((finding) => finding.startsWith('dropped-token-count'))).toEqual([]);
});

test('of very many findings the rest is counted', async () => {
  const findings = await found([...whole(), ...Array.from({ length: 1000 }, () => 'garbage')]);
  expect(findings).toHaveLength(101);
  expect(findings.at(-1)).toContain('unreadable-line 105: 900 more of these from here on');
});

test('what only newer versions read is no fault of the line', async () => {
  const far = agentMessage.replace('"message"', '"far":1e400,"message"');
  expect(await found(whole(far))).toEqual([]);
  expect(await found(whole(far), '0.136.0')).toEqual([expect.stringContaining('newer-records 3: Codex 0.136.0 skips')]);
  const unknown = JSON.stringify({ timestamp: 'now', type: 'from_the_future', payload: {} });
  expect(await found(whole(unknown, unknown))).toEqual([expect.stringContaining('unknown-record-kind 3: ')]);
  expect(await found(whole(unknown), '0.144.6')).toEqual([expect.stringContaining('unknown-record-kind 3: ')]);
  const sample = readFileSync('samples/0.169.0/two-turns.jsonl', 'utf8').split('\n');
  const worldState = sample.find((line) => line.includes('"world_state"')) ?? '';
  expect(await found(whole(worldState, worldState), '0.122.0')).toEqual([expect.stringContaining('newer-records 3: ')]);
});

test('the reason why Codex refuses a rollout stands where the cause is, with what helps', async () => {
  const invalid = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe6, 0x87]), Buffer.from('"}')]);
  expect(await found([...whole(), invalid])).toEqual([
    expect.stringContaining('invalid-utf8 5: '),
    expect.stringContaining('cannot-load 5: Codex 0.171.0 refuses to resume and to fork it: error -32603: '),
  ]);
  const paginated = sessionMeta(threadA, { model_provider: 'mock', history_mode: 'paginated' });
  const [, refused] = await found([paginated], '0.144.6');
  expect(refused).toContain(
    'error -32601: paginated_threads is not supported yet; paginated rollouts are refused: use Codex',
  );
  const [late] = (await found(['{}', ...whole()])).filter((finding) => finding.startsWith('cannot-load'));
  expect(late).toMatch(/^cannot-load 1: Codex 0\.171\.0 refuses to resume it: .*; a fork works$/);
});

test('a session_meta that Codex does not take is the one thing that is said of it, besides the refusal', async () => {
  expect(await found([meta.replace(threadA, 'session-42'), ...whole().slice(1)])).toEqual([
    'dropped-session-meta 1: its session_meta is not taken: payload.id: not a UUID',
    expect.stringContaining('cannot-load 1: '),
  ]);
});

test('what the home decides is no fault of the rollout', async () => {
  const folder = join(temporaryFolder(), 'archived_sessions');
  mkdirSync(folder);
  const name = `rollout-2026-03-27T10-00-00-${threadA}.jsonl`;
  expect(await foundIn(writeRollout(folder, name, whole()))).toEqual([
    `archived-thread 1: it is archived: Codex 0.171.0 refuses to resume and to fork it (error -32600) until it is unarchived (codex unarchive ${threadA})`,
  ]);
  const old = sessionMeta(threadA, { cli_version: '0.42.0' });
  expect(await found([old, ...whole().slice(1)])).toEqual([
    'unnamed-provider 1: it names no model provider: Codex 0.171.0 refuses to resume it (error -32600) in a home into which the file was copied, but not in one that held it when a Codex of 0.136 or newer first started there',
  ]);
  expect(await found([old, ...whole().slice(1)], '0.122.0')).toEqual([]);
  expect(await found([sessionMeta(threadA), ...whole().slice(1)])).toEqual([
    expect.stringMatching(/^cannot-load 1: Codex 0\.171\.0 refuses to resume it: .*; a fork works$/),
  ]);
  const source = { subagent: { thread_spawn: { parent_thread_id: threadB, depth: 1 } } };
  const subAgent = sessionMeta(threadA, { model_provider: 'mock', source, multi_agent_version: 'v2' });
  expect(await found([subAgent, ...whole().slice(1)])).toEqual([
    'sub-agent-needs-parent 1: it is a sub-agent of multi-agent v2: Codex 0.171.0 refuses to resume it (error -32600) while its parent is not loaded',
  ]);
});

test('a condition of the home does not hide what else makes Codex refuse the rollout', async () => {
  const folder = join(temporaryFolder(), 'archived_sessions');
  mkdirSync(folder);
  const history_base = { thread_id: threadB, end_ordinal_exclusive: 1, end_byte_offset: 1 };
  const head = sessionMeta(threadA, { model_provider: 'mock', history_mode: 'paginated', history_base });
  const numbered = head.replace('"type"', '"ordinal":1,"type"');
  const findings = await foundIn(writeRollout(folder, `rollout-2026-03-27T10-00-00-${threadA}.jsonl`, [numbered]));
  expect(findings.map((finding) => finding.replace(/ .*/, ''))).toEqual([
    'missing-ancestor',
    'cannot-load',
    'archived-thread',
  ]);
});

test('what Codex adds to a total that it set to the window is no wrong sum, any other difference is', async () => {
  const count = (total: number, parts: number, last: number) => {
    const usage = (all: number, input: number) =>
      `{"input_tokens":${input},"cached_input_tokens":0,"output_tokens":0,"reasoning_output_tokens":0,"total_tokens":${all}}`;
    const info = `"total_token_usage":${usage(total, parts)},"last_token_usage":${usage(last, last)},"model_context_window":1000`;
    return tokenCount(0).replace(/"info":.*,"rate_limits"/, `"info":{${info}},"rate_limits"`);
  };
  const ids = async (...counts: string[]) =>
    (await found([meta, started, ...counts, completed])).map((finding) => finding.replace(/:.*/, ''));
  expect(await ids(count(900, 900, 900), count(1000, 0, 0), count(1100, 100, 100), count(1150, 150, 50))).toEqual([]);
  expect(await ids(count(1100, 100, 100))).toEqual([]);
  expect(await ids(count(900, 900, 900), count(1001, 1000, 100))).toContain('total-not-sum 4');
});

test('of several files of one thread in a home, those that Codex does not open are named', async () => {
  const home = temporaryFolder();
  const name = `rollout-2026-03-27T10-00-00-${threadA}`;
  for (const folder of ['sessions', 'archived_sessions']) mkdirSync(join(home, folder));
  const live = writeRollout(home, `sessions/${name}.jsonl`, whole());
  const other = async (path: string, lines: readonly string[] = whole()) =>
    (await foundIn(writeRollout(home, path, lines))).filter((finding) => finding.startsWith('other-file-of-thread'));
  const names = [`sessions/${name} (1).jsonl`, `sessions/${name}.backup-1.jsonl`, `archived_sessions/${name}.jsonl`];
  for (const path of names) {
    expect(await other(path)).toEqual([
      `other-file-of-thread 1: it is not the file of thread ${threadA} that Codex opens, which is ${live}`,
    ]);
  }
  expect(await other(`sessions/${name}.jsonl`)).toEqual([]);
  expect(await other('sessions/a-copy-outside.jsonl', [sessionMeta(threadB, { model_provider: 'mock' })])).toEqual([]);
  expect(await other(`sessions/rollout-${threadB}.jsonl`, [sessionMeta(threadB, { model_provider: 'mock' })])).toEqual([
    `other-file-of-thread 1: Codex does not find thread ${threadB} by its id: it gives no rollout such a name`,
  ]);
  // The files of a thread that was reverted.
  const revertedName = name.replace('10-00-00', '11-00-00');
  expect(await other(`sessions/${revertedName}_${threadB}.jsonl`)).toEqual([]);
  expect((await foundIn(live)).filter((finding) => finding.startsWith('other-file-of-thread'))).toEqual([]);
});

test('records of an older Codex that newer ones do not take are no fault, those that nobody wrote are', async () => {
  const context = JSON.stringify({
    timestamp: 'now',
    type: 'turn_context',
    payload: { cwd: '/', approval_policy: 'never', sandbox_policy: { mode: 'read-only' }, model: 'm', summary: 'auto' },
  });
  const written = (cli_version: string) =>
    found([
      sessionMeta(threadA, { model_provider: 'mock', cli_version }),
      started,
      context,
      context,
      tokenCount(2000),
      completed,
    ]);
  expect(await written('0.57.0')).toEqual([
    expect.stringContaining('older-records 3: Codex 0.171.0 skips this turn_context, which Codex 0.57.0 wrote: '),
  ]);
  for (const version of ['0.171.0', '0.0.0', 'mine']) {
    expect(await written(version)).toEqual([
      expect.stringContaining('dropped-line 3: '),
      expect.stringContaining('dropped-line 4: '),
    ]);
  }
  expect(await written('0.999.0')).toEqual([expect.stringContaining('unknown-record-kind 3: ')]);
});

/** A fork with its parent beside it, in which the last usage was changed; the length stays the same. */
function forkOf(name: string, from: string, to: string): string {
  const folder = temporaryFolder();
  const path = join(folder, 'fork.jsonl');
  copyFileSync(`samples/0.169.0/${name}`, path);
  const parent = readFileSync('samples/0.169.0/fork-parent.jsonl', 'utf8').split('\n');
  const last = parent.findLastIndex((line) => line.includes('"info":{'));
  parent[last] = (parent[last] as string).replace(from, to);
  writeFileSync(join(folder, 'parent.jsonl'), parent.join('\n'));
  return path;
}

test('usage that an ancestor loses is lost to its forks, unless they have their own', async () => {
  const from = '"total_tokens":35579';
  const isLost = (findings: string[]) => findings.filter((finding) => finding.startsWith('dropped-token-count'));
  expect(isLost(await foundIn(forkOf('fork.jsonl', from, from)))).toEqual([]);
  const [lost, ...others] = isLost(await foundIn(forkOf('fork.jsonl', from, '"total_tokens":355.9')));
  expect(lost).toMatch(
    /^dropped-token-count null: Codex 0\.171\.0 drops a token_count of an ancestor, .*parent\.jsonl, byte /,
  );
  expect(others).toEqual([]);
  expect(isLost(await foundIn(forkOf('fork-with-turn.jsonl', from, '"total_tokens":355.9')))).toEqual([]);
});

/** What is said of the ancestry of a fork whose parent, or what it says of it, was changed. */
async function brokenAncestry(
  edit: (parent: readonly string[]) => readonly string[],
  base: (head: string) => string = (head) => head,
): Promise<string[]> {
  const folder = temporaryFolder();
  const path = join(folder, 'fork.jsonl');
  writeFileSync(path, base(readFileSync('samples/0.169.0/fork.jsonl', 'utf8')));
  const parent = readFileSync('samples/0.169.0/fork-parent.jsonl', 'utf8').trimEnd().split('\n');
  writeFileSync(join(folder, 'parent.jsonl'), edit(parent).join('\n'));
  return (await foundIn(path)).filter((finding) => finding.startsWith('broken-ancestry'));
}

test('a parent that does not end where its fork says loses usage', async () => {
  const whole = (lines: readonly string[]) => [...lines, ''];
  const [cut, ...others] = await brokenAncestry((lines) => whole(lines.toSpliced(5, 0, agentMessage)));
  expect(cut).toMatch(/^broken-ancestry 1: its history goes up to byte 14238 of .*, which is in the middle of a line$/);
  expect(others).toEqual([]);
  const at = (offset: number) => (head: string) =>
    head.replace('"end_byte_offset":14238', `"end_byte_offset":${offset}`);
  const early = /and ordinal 22, but ordinal 2\d is the last one there$/;
  expect(await brokenAncestry(whole, at(13_148))).toEqual([expect.stringMatching(early)]);
  expect(await brokenAncestry(whole, at(0))).toEqual([expect.stringContaining('holds no record of it')]);
  const next = (head: string) => head.replace('"end_ordinal_exclusive":23', '"end_ordinal_exclusive":22');
  expect(await brokenAncestry(whole, next)).toEqual([
    expect.stringContaining('and ordinal 21, but ordinal 22 is the last one there'),
  ]);
});

test('a parent that lacks only its last line end loses nothing', async () => {
  expect(await brokenAncestry((lines) => lines)).toEqual([]);
  expect(await brokenAncestry((lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, -1)])).toEqual([
    expect.stringContaining('which has only 14236'),
  ]);
});

test('a history that goes round in a circle', async () => {
  const history_base = { thread_id: threadA, end_ordinal_exclusive: 1, end_byte_offset: 1 };
  const head = sessionMeta(threadA, { model_provider: 'mock', history_mode: 'paginated', history_base });
  const name = `rollout-2026-03-27T10-00-00-${threadA}.jsonl`;
  const findings = await foundIn(writeRollout(temporaryFolder(), name, [head.replace('"type"', '"ordinal":1,"type"')]));
  expect(findings.map((finding) => finding.replace(/:.*/, ''))).toEqual(['broken-ancestry 1', 'cannot-load 1']);
});

test('line numbers are right behind blank lines, long lines and line ends of Windows', async () => {
  const long = agentMessage.replace('hello', 'a'.repeat(600_000));
  expect(await found([`${meta}\r`, '', '  ', long, ...whole().slice(1), '\t', 'garbage'])).toEqual([
    expect.stringContaining('unreadable-line 9: '),
  ]);
});
