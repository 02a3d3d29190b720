import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RuleId } from '../../src/check/rules/index.ts';

/** What stands beside a rollout: file name → content. */
type Companions = Readonly<Record<string, string | Buffer>>;

/** A rollout that a rule finds something in, made by a small change of a real one in which it finds nothing. */
export interface Fixture {
  readonly base: string;
  /** The lines of the real one → the changed one; null: there is no file. */
  readonly edit: (lines: readonly string[]) => readonly string[] | Buffer | null;
  /** The file name, when it matters. */
  readonly name?: string;
  readonly editedName?: string;
  /** Arguments for both; `folder` is where the rollout is. */
  readonly args?: (folder: string) => readonly string[];
  readonly editedArgs?: (folder: string) => readonly string[];
  /** For both. */
  readonly companions?: Companions;
  readonly editedCompanions?: Companions;
}

const legacy = 'samples/0.122.0/two-turns.jsonl';
const paginated = 'samples/0.169.0/two-turns.jsonl';
const fork = 'samples/0.169.0/fork.jsonl';
const parent = readFileSync('samples/0.169.0/fork-parent.jsonl');
const name = 'rollout.jsonl';
/** The name that Codex gave `legacy`. */
const codexName = 'rollout-2026-11-22T16-29-28-01a20417-59af-7a93-94f9-214df44ea927.jsonl';
const v2SubAgent =
  '"multi_agent_version":"v2","source":{"subagent":{"thread_spawn":{"parent_thread_id":"01a20417-59af-7a93-94f9-214df44ea000","depth":1}}}';

/** The expectation of `legacy`, as `--update` wrote it when the rollout was looked through. */
const expectation = readFileSync('test/check/two-turns.expected.json');

const same = (lines: readonly string[]) => lines;
const joined = (lines: readonly string[], separator = '\n') => Buffer.from(`${lines.join(separator)}${separator}`);
const record = (type: string, payload: object) =>
  JSON.stringify({ timestamp: '2026-11-22T16:29:30.000Z', type, payload });

/** Changes the n-th line that holds `text`; -1: the last. */
function change(lines: readonly string[], text: string, n: number, by: (line: string) => string): string[] {
  const places = lines.flatMap((line, i) => (line.includes(text) ? [i] : []));
  return lines.map((line, i) => (i === places.at(n) ? by(line) : line));
}

const WITH_USAGE = '"info":{';
const lastUsage = (from: RegExp | string, to: string) => (lines: readonly string[]) =>
  change(lines, WITH_USAGE, -1, (line) => line.replace(from, to));
const firstUsage = (from: RegExp | string, to: string) => (lines: readonly string[]) =>
  change(lines, WITH_USAGE, 0, (line) => line.replace(from, to));

/** A `codex` that is this program, as built, with a fault, or one that does not run. */
function codexBin(folder: string, command: string): string[] {
  const binary = join(folder, 'codex');
  writeFileSync(binary, `#!/bin/sh\n${command}\n`);
  chmodSync(binary, 0o755);
  return ['--replay', '--codex-bin', binary];
}
const faulty = `exec '${process.execPath}' '${resolve('bin/rollout-inspect.js')}' serve --codex-home "$CODEX_HOME" --fault omit-usage`;

export const fixtures: Readonly<Record<RuleId, Fixture>> = {
  'unreadable-rollout': { base: legacy, edit: () => null },
  'not-a-rollout': {
    base: legacy,
    edit: (lines) => lines.flatMap((line) => JSON.stringify(JSON.parse(line), null, 2).split('\n')),
  },
  'archived-thread': {
    base: legacy,
    editedName: `archived_sessions/${codexName}`,
    edit: same,
  },
  'unnamed-provider': {
    base: legacy,
    edit: (lines) =>
      change(lines, '"session_meta"', 0, (line) =>
        line.replace(/"model_provider":"[^"]*",/, '').replace('"cli_version":"0.122.0"', '"cli_version":"0.42.0"'),
      ),
  },
  'sub-agent-needs-parent': {
    base: legacy,
    edit: (lines) => change(lines, '"session_meta"', 0, (line) => line.replace(/"source":"[^"]*"/, v2SubAgent)),
  },
  'cannot-load': { base: legacy, edit: (lines) => lines.slice(1) },
  deviation: {
    base: paginated,
    edit: (lines) =>
      change(lines, '"session_meta"', 0, (line) =>
        line.replace('"history_mode"', '"forked_from_id":"019d2f00-0000-7000-8000-00000000aaaa","history_mode"'),
      ),
  },
  'needs-memory': {
    base: legacy,
    args: () => ['--max-resume-mb', '1'],
    edit: (lines) => [...lines, record('event_msg', { type: 'agent_message', message: 'a'.repeat(300_000) })],
  },
  'expectation-differs': {
    base: legacy,
    companions: { 'rollout.expected.json': expectation },
    edit: lastUsage('"total_tokens":12299', '"total_tokens":12300'),
  },
  'missing-expectation': {
    base: legacy,
    args: () => ['--require-expected', '--emulate', '0.169.0'],
    companions: { 'rollout.expected.json': expectation },
    editedName: 'other.jsonl',
    edit: same,
  },
  'bad-expectation': {
    base: legacy,
    companions: { 'rollout.expected.json': expectation },
    editedCompanions: { 'rollout.expected.json': expectation.toString().replace('"turns"', '"surprise"') },
    edit: same,
  },
  'foreign-expectation': {
    base: legacy,
    companions: { 'rollout.expected.json': expectation },
    editedCompanions: { 'rollout.expected.json': '{"input":3900,"cached":2600,"output":170}' },
    edit: same,
  },
  'orphan-expectation': {
    base: legacy,
    args: (folder) => [folder],
    companions: { 'rollout.expected.json': expectation, 'other.expected.json': '{}' },
    editedCompanions: { 'rollout.expected.json': expectation, 'gone.expected.json': expectation },
    edit: same,
  },
  'lifecycle-differs': {
    base: legacy,
    args: () => ['--replay', '--server', 'embedded'],
    editedArgs: (folder) => codexBin(folder, faulty),
    edit: same,
  },
  'server-failed': {
    base: legacy,
    args: () => ['--replay', '--server', 'embedded'],
    editedArgs: (folder) => codexBin(folder, 'echo no >&2; exit 3'),
    edit: same,
  },
  'byte-order-mark': { base: legacy, edit: (lines) => Buffer.concat([Buffer.from('\ufeff'), joined(lines)]) },
  utf16: { base: legacy, edit: (lines) => Buffer.from(joined(lines).toString('utf8'), 'utf16le') },
  'cr-only-lines': { base: legacy, edit: (lines) => joined(lines, '\r') },
  'invalid-utf8': {
    base: paginated,
    edit: (lines) => Buffer.concat([joined(lines), Buffer.from('{"type":"\xff"}\n', 'latin1')]),
  },
  'dropped-token-count': { base: legacy, edit: lastUsage('"total_tokens":12299', '"total_tokens":"12299"') },
  'dropped-older-token-count': { base: legacy, edit: firstUsage('"input_tokens":5237', '"input_tokens":5237.0') },
  'unreadable-line': { base: legacy, edit: (lines) => [...lines.slice(0, 5), 'not JSON', ...lines.slice(5)] },
  'torn-last-line': { base: legacy, edit: (lines) => joined(lines).subarray(0, -20) },
  'dropped-line': {
    base: legacy,
    edit: (lines) => change(lines, '"task_complete"', 0, (line) => line.replace('"turn_id"', '"turn"')),
  },
  'unknown-record-kind': {
    base: legacy,
    edit: (lines) => [...lines, record('event_msg', { type: 'from_the_future' })],
  },
  'older-records': {
    base: legacy,
    edit: (lines) => [
      ...change(lines, '"session_meta"', 0, (line) =>
        line.replace('"cli_version":"0.122.0"', '"cli_version":"0.57.0"'),
      ),
      record('turn_context', { cwd: '/workspace', approval_policy: 'never', sandbox_policy: { mode: 'read-only' } }),
    ],
  },
  'newer-records': { base: paginated, editedArgs: () => ['--emulate', '0.122.0'], edit: same },
  'giant-line': {
    base: legacy,
    edit: (lines) => [...lines, record('event_msg', { type: 'agent_message', message: 'a'.repeat(17 * 2 ** 20) })],
  },
  'missing-session-meta': { base: legacy, edit: (lines) => lines.slice(1) },
  'dropped-session-meta': {
    base: legacy,
    edit: (lines) => change(lines, '"session_meta"', 0, (line) => line.replace(/"id":"[^"]*"/, '"id":"session-42"')),
  },
  'late-session-meta': { base: legacy, edit: (lines) => ['not JSON', ...lines] },
  'repeated-session-meta': {
    base: legacy,
    edit: (lines) => [...lines, lines[0]?.replace(/"id":"[^"]{8}/, '"id":"00000000') ?? ''],
  },
  'thread-id-mismatch': {
    base: legacy,
    name: codexName,
    editedName: 'rollout-2026-11-22T16-29-28-01a20417-0000-7a93-94f9-214df44ea927.jsonl',
    edit: same,
  },
  'other-file-of-thread': {
    base: legacy,
    name: `sessions/${codexName}`,
    editedName: `sessions/${codexName.replace('.jsonl', ' (1).jsonl')}`,
    edit: same,
  },
  'missing-ancestor': { base: fork, companions: { 'parent.jsonl': parent }, editedCompanions: {}, edit: same },
  'broken-ancestry': {
    base: fork,
    companions: { 'parent.jsonl': parent },
    editedCompanions: { 'parent.jsonl': parent.subarray(0, 9_000) },
    edit: same,
  },
  'ordinal-gap': { base: paginated, edit: (lines) => lines.toSpliced(4, 1) },
  'ordinal-repeat': { base: paginated, edit: (lines) => lines.toSpliced(4, 0, lines[4] ?? '') },
  'no-usage': { base: legacy, edit: (lines) => lines.filter((line) => !line.includes('"token_count"')) },
  'shrinking-total': {
    base: legacy,
    edit: lastUsage('"total_token_usage":{"input_tokens":11936', '"total_token_usage":{"input_tokens":1936'),
  },
  'total-not-sum': { base: legacy, edit: lastUsage('"total_tokens":12299', '"total_tokens":12298') },
  'total-does-not-follow': {
    base: legacy,
    edit: lastUsage('"cached_input_tokens":5120', '"cached_input_tokens":1120'),
  },
  'window-differs-once': {
    base: legacy,
    edit: lastUsage('"model_context_window":258400', '"model_context_window":258401'),
  },
  'turn-without-count': {
    base: 'samples/0.144.6/fork-with-turn.jsonl',
    edit: (lines) => lines.filter((line) => line !== lines.filter((each) => each.includes(WITH_USAGE))[1]),
  },
  'last-exceeds-window': {
    base: legacy,
    edit: lastUsage('"model_context_window":258400', '"model_context_window":5978'),
  },
  'uncounted-compaction': {
    base: legacy,
    edit: (lines) => [
      ...lines,
      record('compacted', { message: '', replacement_history: [{ type: 'compaction', encrypted_content: 'a' }] }),
    ],
  },
  'usage-without-turn': {
    base: legacy,
    edit: (lines) => lines.filter((line) => line.includes('"session_meta"') || line.includes(WITH_USAGE)),
  },
  'owner-moved-by-null-info': {
    base: paginated,
    edit: (lines) =>
      change(lines, WITH_USAGE, -1, (line) => line.replace(/"info":\{.*\},"rate_limits"/, '"info":null,"rate_limits"')),
  },
  'in-progress-tail': { base: legacy, edit: (lines) => lines.slice(0, -1) },
};

export const defaultName: string = name;
