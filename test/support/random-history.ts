import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { legacyRollout, paginatedRollout, THREAD } from './random-rollout.ts';

/** A thread's rollout, with `$THREAD` for its id, and what a `thread/revert` of it began, if there was one. */
export interface RandomHistory {
  readonly text: string;
  readonly reverted?: Reverted;
}

/** How many lines of the older rollout stay, and what follows in the newer one. */
interface Reverted {
  readonly kept: number;
  readonly text: string;
}

const plain = (rollouts: fc.Arbitrary<string>): fc.Arbitrary<RandomHistory> => rollouts.map((text) => ({ text }));

/** Lines that somebody may have put in front of the session_meta. */
const inFront = fc.constantFrom(
  '',
  ' ',
  'garbage',
  '{"timestamp":"t","type":"event_msg","payload":{"type":"no_such_event"}}',
  '{"timestamp":"t","type":"no_such_type","payload":{}}',
  '{"timestamp":"t","type":"event_msg","payload":{"type":"agent_message","message":"a"}}',
  '{"timestamp":"t","type":"compacted","payload":{"message":"a"}}',
  '{"timestamp":"t","type":"response_item","payload":{"type":"reasoning","summary":[]}}',
  '{"timestamp":"t","type":"response_item","payload":{"type":"ghost_snapshot","ghost_commit":{"id":"a","parent":null}}}',
);

/** Rollouts that do not begin with their session_meta. */
const oddHeads = fc
  .tuple(fc.oneof(legacyRollout, paginatedRollout), fc.array(inFront, { minLength: 1, maxLength: 3 }))
  .map(([text, lines]): RandomHistory => ({ text: `${lines.join('\n')}\n${text}` }));

/** What becomes of one ordinal. */
const ordinal = fc.oneof(
  fc.constantFrom('missing', 'null', 'again', 'leap'),
  fc.nat(3).map((n) => `${n}`),
);

/** Paginated rollouts some of whose lines have no ordinal, the one before again, or one too high or too low. */
const oddOrdinals = fc
  .tuple(paginatedRollout, fc.array(fc.tuple(fc.nat(60), ordinal), { minLength: 1, maxLength: 3 }))
  .map(([text, changes]): RandomHistory => {
    const lines = text.split('\n');
    for (const [place, change] of changes) {
      const at = 1 + (place % Math.max(1, lines.length - 1));
      lines[at] = (lines[at] ?? '').replace(/"ordinal":(\d+),/, (_, digits: string) => changedOrdinal(digits, change));
    }
    return { text: lines.join('\n') };
  });

function changedOrdinal(digits: string, change: string): string {
  if (change === 'missing') return '';
  const others = { null: 'null', again: `${Math.max(0, Number(digits) - 1)}`, leap: `${Number(digits) + 7}` };
  return `"ordinal":${Object.hasOwn(others, change) ? others[change as keyof typeof others] : change},`;
}

/** Sub-agents whose rollouts begin with a copy of their parent's, which may be shorter or longer than all there is. */
const prefixes = fc
  .tuple(paginatedRollout, fc.nat(30), fc.constantFrom('v1', 'v2', undefined))
  .map(([text, start, version]): RandomHistory => {
    const agent = {
      source: { subagent: { thread_spawn: { parent_thread_id: '019d2f00-00ee-7000-8000-000000000000', depth: 1 } } },
      subagent_history_start_ordinal: start,
      ...(version && { multi_agent_version: version }),
    };
    return { text: text.replace('"source":"vscode"', JSON.stringify(agent).slice(1, -1)) };
  });

/** Threads that went on in a second rollout after a `thread/revert`. */
const reverts = fc.tuple(paginatedRollout, paginatedRollout, fc.nat(60)).map(
  ([text, later, kept]): RandomHistory => ({
    text,
    reverted: { kept: 1 + (kept % Math.max(1, text.split('\n').length - 2)), text: later },
  }),
);

/** Histories of all sorts by their kind. */
export const randomHistories = {
  legacy: plain(legacyRollout),
  paginated: plain(paginatedRollout),
  'odd heads': oddHeads,
  'odd ordinals': oddOrdinals,
  'sub-agents': prefixes,
  reverts,
} as const;

/** Writes a history of the thread `threadId` into `home`. @returns the path of the thread's newest rollout */
export function writeHistory(home: string, threadId: string, { text, reverted }: RandomHistory): string {
  const folder = join(home, 'sessions/2026/03/27');
  mkdirSync(folder, { recursive: true });
  const older = text.replaceAll(THREAD, threadId);
  const path = join(folder, `rollout-2026-03-27T10-00-00-${threadId}.jsonl`);
  writeFileSync(path, older);
  if (!reverted) return path;
  const newer = path.replace(/\.jsonl$/, `_${threadId.replace('-7000-', '-7001-')}.jsonl`);
  writeFileSync(newer, laterRollout(older, threadId, reverted));
  return newer;
}

/** The rollout that goes on where `kept` lines of the `older` one end; its turns have ids of their own. */
function laterRollout(older: string, threadId: string, { kept, text }: Reverted): string {
  const lines = older.split('\n').slice(0, kept);
  const ordinals = lines.flatMap((line) => /"ordinal":(\d+),/.exec(line)?.[1] ?? []);
  const next = Number(ordinals.at(-1) ?? -1) + 1;
  const base = {
    thread_id: threadId,
    end_ordinal_exclusive: next,
    end_byte_offset: Buffer.byteLength(`${lines.join('\n')}\n`),
  };
  return text
    .replaceAll(THREAD, threadId)
    .replaceAll('"019d2f00-0', '"019d2f01-0')
    .replaceAll(`"${threadId.replace('019d2f00', '019d2f01')}"`, `"${threadId}"`)
    .replace(/"ordinal":(\d+),/g, (_, digits: string) => `"ordinal":${Number(digits) + next},`)
    .replace('"source":"vscode"', `"source":"vscode","history_base":${JSON.stringify(base)}`);
}
