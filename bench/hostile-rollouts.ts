import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uuid } from './make-rollout.ts';

/** Input that a program may take more than twice the time for when there is twice as much of it. */
export interface HostileInput {
  readonly name: string;
  /** How much of it there is the first time. */
  readonly amount: number;
  /** Writes `amount` of it into an empty folder. @returns what the commands are given, relative to the folder */
  readonly write: (folder: string, amount: number) => string;
  /** The commands that it is made for. */
  readonly commands: readonly string[];
}

const all = ['usage', 'turns', 'check'];
const time = '2026-01-01T00:00:00.000Z';
const record = (type: string, payload: object, ordinal?: number) =>
  JSON.stringify({ timestamp: time, ...(ordinal !== undefined && { ordinal }), type, payload });
const event = (type: string, members: object) => record('event_msg', { type, ...members });
const meta = (id: string, more: object = {}) => ({
  ...{ id, timestamp: time, cwd: '/', originator: 'bench', cli_version: '0.169.0', model_provider: 'mock' },
  ...more,
});
const head = record('session_meta', meta(uuid(0)));
const used = { input_tokens: 1, cached_input_tokens: 0, output_tokens: 1, reasoning_output_tokens: 0, total_tokens: 2 };
const info = { total_token_usage: used, last_token_usage: used, model_context_window: 258_400 };
const count = event('token_count', { info, rate_limits: null });
const started = (turn_id: string) => event('task_started', { turn_id, model_context_window: 258_400 });
const completed = (turn_id: string) => event('task_complete', { turn_id, last_agent_message: null });

/** The same number in the first and the last digits of a UUID. */
const alike = (i: number) => {
  const digits = i.toString(16).padStart(8, '0');
  return `${digits}-0000-7000-8000-0000${digits}`;
};
/** Its bits, each as `Aa` or `BB`: what is hashed with powers of 31 does not tell them apart. */
const sameHash = (i: number) => Array.from({ length: 16 }, (_, bit) => ((i >> bit) & 1 ? 'Aa' : 'BB')).join('');

/** One rollout of a head, `amount` times what `lines` makes, and a record of usage. */
function rollout(
  name: string,
  amount: number,
  lines: (i: number, amount: number) => readonly string[],
  commands = all,
): HostileInput {
  const write = (folder: string, size: number) => {
    const body = Array.from({ length: size }, (_, i) => lines(i, size)).flat();
    writeFileSync(join(folder, 'rollout.jsonl'), `${[head, count, ...body, count].join('\n')}\n`, 'latin1');
    return 'rollout.jsonl';
  };
  return { name, amount, write, commands };
}

/** Paginated rollouts of which each is a fork of the one before; the last one is given. */
function chain(name: string, folderOf: string, nameOf: (i: number) => string): HostileInput {
  const write = (folder: string, amount: number) => {
    mkdirSync(join(folder, folderOf), { recursive: true });
    let end_byte_offset = 0;
    for (let i = 0; i < amount; i++) {
      const history_base = { thread_id: uuid(i - 1), end_ordinal_exclusive: i, end_byte_offset };
      const forked = i === 0 ? {} : { forked_from_id: uuid(i - 1), history_base };
      const line = record('session_meta', meta(uuid(i), { history_mode: 'paginated', ...forked }), i);
      writeFileSync(join(folder, folderOf, nameOf(i)), `${line}\n`);
      end_byte_offset = line.length + 1;
    }
    return join(folderOf, nameOf(amount - 1));
  };
  return { name, amount: 1_600, write, commands: all };
}

/** Forks of one root beside it; their folder is given. */
const siblings: HostileInput = {
  name: 'forks of one root in a folder',
  amount: 400,
  commands: ['usage', 'check'],
  write: (folder, amount) => {
    const root = [
      record('session_meta', meta(uuid(0), { history_mode: 'paginated' }), 0),
      record('event_msg', { type: 'token_count', info, rate_limits: null }, 1),
    ].join('\n');
    writeFileSync(join(folder, 'root.jsonl'), `${root}\n`);
    const history_base = { thread_id: uuid(0), end_ordinal_exclusive: 2, end_byte_offset: root.length + 1 };
    for (let i = 1; i <= amount; i++) {
      const forked = { history_mode: 'paginated', forked_from_id: uuid(0), history_base };
      writeFileSync(join(folder, `fork-${i}.jsonl`), `${record('session_meta', meta(uuid(i), forked), 2)}\n`);
    }
    return '.';
  },
};

/** Folders in folders, with a rollout in each. */
const deepFolders: HostileInput = {
  name: 'folders in folders',
  amount: 400,
  commands: ['usage', 'check'],
  write: (folder, amount) => {
    let deepest = folder;
    for (let i = 0; i < amount; i++) {
      deepest = join(deepest, 'd');
      mkdirSync(deepest);
      writeFileSync(join(deepest, 'rollout.jsonl'), `${head}\n${count}\n`);
    }
    return '.';
  },
};

export const hostileInputs: readonly HostileInput[] = [
  rollout('turns whose ends name other turns', 8_000, (i) => [started(`t${i}`), completed(`x${i}`)]),
  rollout('turns whose ends come in turned order', 8_000, (i, amount) =>
    i < amount / 2
      ? [started(`t${i}`), started(`u${i}`)]
      : [completed(`u${amount - i - 1}`), completed(`t${amount - i - 1}`)],
  ),
  rollout('turns whose ids are alike at both ends', 8_000, (i) => [started(alike(i)), completed(alike(i))], [
    'turns',
    'check',
  ]),
  rollout('turns whose ids have the same hash in Java', 8_000, (i) => [started(sameHash(i)), completed(sameHash(i))], [
    'turns',
    'check',
  ]),
  rollout('turns that are rolled back', 8_000, (i) => [
    started(`t${i}`),
    completed(`t${i}`),
    ...(i % 2 ? [event('thread_rolled_back', { num_turns: 1 })] : []),
  ]),
  rollout('records of kinds that nobody knows', 15_000, (i) => [event(`kind_${i}`, {})]),
  rollout('lines that are no JSON', 40_000, () => ['{"timestamp": oops']),
  rollout('token_counts that are no JSON', 15_000, () => [
    '{"type":"event_msg","payload":{"type":"token_count","info":{ oops',
  ]),
  rollout('lines of invalid UTF-8', 15_000, () => ['{"a":"\xff"}', 'oops']),
  rollout('session_metas', 8_000, (i) => [record('session_meta', meta(uuid(i)))]),
  rollout('blank lines', 1_000_000, () => ['']),
  chain('a chain of forks in a home', 'sessions/2026/01/01', (i) => `rollout-2026-01-01T00-00-00-${uuid(i)}.jsonl`),
  chain('a chain of forks in a folder', '.', (i) => `c${String(i).padStart(6, '0')}.jsonl`),
  siblings,
  deepFolders,
];
