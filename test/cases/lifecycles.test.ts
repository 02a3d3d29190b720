import { expect, test } from 'vitest';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import {
  archivedThread,
  caseRollout,
  homeWithCopies,
  homeWithLink,
  homeWithLonelyFork,
  homeWithOrdinals,
  homeWithProvider,
  type ordinalVariants,
  rolloutsOf,
} from '../support/case-homes.ts';
import { temporaryFolder } from '../support/rollout.ts';

type Lifecycle = 'resume' | 'fork' | 'rejoin';

/**
 * What Codex answers: the turns by the ends of their ids, with the first letter of their status, then the restored total
 * and whose it is; or the error.
 */
async function answer(path: string, lifecycle: Lifecycle, emulate = '0.169.0'): Promise<string> {
  const { error, turns, usage } = await predictLifecycle(path, { lifecycle, emulate });
  if (error) return `${error.code} ${error.message.replaceAll(path, 'PATH')}`;
  const shown = turns.map(({ id, status }) => `${name(id)}:${status.charAt(0)}`).join(' ');
  return usage ? `${shown} ${usage.tokenUsage.total.totalTokens}@${name(usage.turnId)}` : shown;
}

function name(id: string): string {
  return id.startsWith('rollout-') ? id : id.slice(-4);
}

test.each([
  // Several rollouts of one thread, and forks of each of them.
  ['revert-bare', '769c57d.jsonl', 'resume', '25c9:c e928:c 3300@e928'],
  ['revert-thrice', '3844.jsonl', 'resume', '0d1a:c f3e8:c 3300@f3e8'],
  ['revert-thrice', '14ba.jsonl', 'fork', '0d1a:c f3e8:c f43b:c 6600@f43b'],
  ['revert-thrice', '14ba.jsonl', 'resume', '0d1a:c f3e8:c f43b:c'],
  ['revert-thrice', '283d.jsonl', 'fork', '0d1a:c f3e8:c 8502:c 7700@8502'],
  ['revert-thrice', '907f.jsonl', 'fork', '0d1a:c f3e8:c 3300@f3e8'],
  ['revert-thrice', '8739.jsonl', 'fork', '0d1a:c f3e8:c f43b:c 6600@f43b'],
  ['revert-thrice', '7c86.jsonl', 'fork', '0d1a:c f3e8:c 8502:c 7700@8502'],
  // Sub-agents.
  ['subagent-0.169.0', 'fd18.jsonl', 'fork', 'a44f:c 520@a44f'],
  ['subagent-0.169.0', '01e1.jsonl', 'resume', '17d2:c ad5d:c 22640@ad5d'],
  ['v2-subagent-resume', '', 'fork', 't-1:c 900@t-1'],
  // After `codex migrate-rollouts`.
  ['migrated', '9fd.jsonl', 'resume', 'dbcc:c 8ae3:c 31900@8ae3'],
  ['migrated', '8e5.jsonl', 'fork', 'dbcc:c 8ae3:c f632:c 44000@f632'],
  ['migrated', 'f10.jsonl', 'fork', 'dbcc:c 8ae3:c f632:c 44000@f632'],
  ['migrated', 'dcce.jsonl', 'resume', '3c57:c 7f98:c 18300@7f98'],
  ['migrated', 'a70c.jsonl', 'resume', '8196:c fc1f:c 2ab6:c 53300@2ab6'],
  ['migrated', 'b909.jsonl', 'fork', 'acc5:c a6a4:i 4100@a6a4'],
  // What is counted, and what is not.
  ['compact-0.169.0', '', 'resume', '55ba:c cbd6:c 8a0b:c 57700@8a0b'],
  ['compact-0.169.0-remote', '', 'resume', '8652:c 949a:c dd8c:c 32600@dd8c'],
  ['repeated-meta-by-codex', '', 'resume', 'ab25:c 6574:c 12299@6574'],
  ['ghost-snapshot-message', '', 'resume', 'rollout-1:c 600@rollout-1'],
  ['ci-fixture', '', 'resume', ''],
  ['ci-fixture', '', 'fork', ''],
  ['hostile', 'event-type-__proto__.jsonl', 'resume', ''],
  ['hostile', 'event-type-__defineGetter__.jsonl', 'resume', ''],
  ['hostile', 'implicit-id-shift-toString.jsonl', 'resume', 'rollout-2:c rollout-7:c 2100@rollout-7'],
  ['hostile', 'before-meta-toString.jsonl', 'fork', 'rollout-3:c rollout-8:i 2100@rollout-8'],
  ['provider-rewrite', 'a603.jsonl', 'resume', '4324:c 9d2a:c 9f6e:c 34900@9f6e'],
  ['provider-rewrite', 'f688.jsonl', 'fork', '4324:c 9d2a:c 3afd:c 33700@3afd'],
  ['provider-rewrite', '9078.jsonl', 'fork', '4324:c 9d2a:c 21600@9d2a'],
  ['old-provider-false-alarm', '', 'fork', 'rollout-2:c 700@rollout-2'],
  ['converted', 'good/', 'resume', 'rollout-2:c 930@rollout-2'],
  ['converted', 'numeric-records/', 'resume', ''],
] as const)('%s %s: %s answers %s', async (folder, which, lifecycle, expected) => {
  expect(await answer(caseRollout(folder, which), lifecycle)).toBe(expected);
});

test.each([
  ['0.153.4', 'resume', ' 6600@0001'],
  ['0.153.4', 'fork', /^-32603 .* expected ordinal 27, got 26/],
  ['0.155.0', 'resume', 'deeb:c 54aa:c aad3:i 0001:c 6600@0001'],
  ['0.169.0', 'resume', 'deeb:c 54aa:c aad3:i 0001:c 6600@0001'],
  ['0.169.0', 'fork', 'deeb:c 54aa:c aad3:i 0001:c 6600@0001'],
] as const)('an ordinal that comes twice: %s, %s', async (version, lifecycle, expected) => {
  const seen = await answer(caseRollout('dup-ordinal'), lifecycle, version);
  if (typeof expected === 'string') expect(seen).toBe(expected);
  else expect(seen).toMatch(expected);
});

/** A line whose ordinal does not grow is passed over alone, so that what it says of a turn is missing. */
const byOrdinals = {
  'complete-repeats': 'deeb:c 54aa:c aad3:i 0001:i 6600@0001',
  'gap-of-one': 'deeb:c 54aa:c aad3:i 0001:c 6600@0001',
  'no-ordinal-on-settings': 'deeb:c 54aa:c aad3:i 0001:c 6600@0001',
  'settings-repeats-25': 'deeb:c 54aa:c aad3:i 0001:c 6600@0001',
  'token_count-repeats': 'deeb:c 54aa:c aad3:i 0001:c 6600@0001',
  'whole-turn-repeats-26': 'deeb:c 54aa:c aad3:i 6600@54aa',
} as const satisfies Record<keyof typeof ordinalVariants, string>;

test.each(Object.entries(byOrdinals))('ordinals, %s: a resume answers %s', async (variant, expected) => {
  const home = homeWithOrdinals(temporaryFolder(), variant as keyof typeof ordinalVariants);
  expect(await answer(rolloutsOf(home)[0] as string, 'resume')).toBe(expected);
});

test.each(['0.122.0', '0.144.6', '0.164.0', '0.169.0'])(
  'a turn_context that %s drops does not count for the names of turns',
  async (version) => {
    const rollout = caseRollout('turn-context-dropped');
    expect(await answer(rollout, 'resume', version)).toBe('rollout-1:c rollout-4:c 2000@rollout-4');
    expect(await answer(rollout, 'fork', version)).toBe('rollout-2:c rollout-5:c 2000@rollout-5');
    const written = caseRollout('resume-counter-rises', '0.57.0.jsonl');
    expect(await answer(written, 'resume', version)).toMatch(/^rollout-3:c rollout-9:c rollout-15:c 9980/);
  },
);

test.each(['resume', 'fork'] as const)('an archived thread is refused: %s', async (lifecycle) => {
  expect(await answer(caseRollout('archived'), lifecycle)).toBe(
    `-32600 session ${archivedThread} is archived. Run \`codex unarchive ${archivedThread}\` to unarchive it first.`,
  );
});

test.each([
  ['resume', '0.147.0', 't-1:c 900@t-1'],
  ['resume', '0.150.0', /^-32600 cannot resume an unloaded multi-agent v2 sub-agent through its parent/],
  ['resume', '0.169.0', /^-32600 cannot resume an unloaded multi-agent v2 sub-agent through its parent/],
] as const)(
  'a sub-agent of multi-agent v2 whose parent is not loaded: %s on %s',
  async (lifecycle, version, expected) => {
    const seen = await answer(caseRollout('v2-subagent-resume'), lifecycle, version);
    if (typeof expected === 'string') expect(seen).toBe(expected);
    else expect(seen).toMatch(expected);
  },
);

test('a fork whose parent is not there is refused', async () => {
  const [fork = ''] = rolloutsOf(homeWithLonelyFork(temporaryFolder()));
  const refused =
    '-32600 invalid paginated history lineage for 01a210d8-f463-7042-ab57-6fcb0717a603: missing source rollout';
  expect(await answer(fork, 'resume')).toBe(refused);
  expect(await answer(fork, 'fork')).toBe(refused);
});

test('a first line that was made longer cuts off what a fork inherits', async () => {
  const home = homeWithProvider(temporaryFolder(), 'custom_gateway');
  const rollout = (ending: string) => rolloutsOf(home).find((path) => path.endsWith(ending)) as string;
  expect(await answer(rollout('9078.jsonl'), 'fork')).toBe('4324:c 9d2a:i 21600@9d2a');
  expect(await answer(rollout('a603.jsonl'), 'resume')).toBe('4324:c 9d2a:c 9f6e:c 34900@9f6e');
});

test.each([
  ['file', 'refused'],
  ['month', 'refused'],
  ['sessions', 'forked'],
] as const)('a thread that a link brings in by %s is resumed, and its fork is %s', async (linked, forked) => {
  const home = homeWithLink(temporaryFolder(), temporaryFolder(), linked);
  const path = `${home}/sessions/2026/11/25/rollout-2026-11-25T03-53-42-${archivedThread}.jsonl`;
  expect(await answer(path, 'resume')).toMatch(/ 78700@/);
  expect(await answer(path, 'fork')).toMatch(
    forked === 'refused' ? '-32600 rollout path PATH must be in Codex home directory' : / 78700@/,
  );
});

test.each([
  ['bare-2025-format', '', 'is empty'],
  ['missing-meta-message', '210.jsonl', 'is empty'],
  ['converted', 'bare-items/', 'is empty'],
  ['converted', 'exec-json/', 'is empty'],
  ['converted', 'json-array/', 'is empty'],
  ['converted', 'no-originator/', 'does not start with session metadata'],
  ['converted', 'not-uuid/', 'does not start with session metadata'],
  ['converted', 'numeric-all/', 'is empty'],
  ['converted', 'pretty-printed/', 'is empty'],
] as const)('%s %s: no rollout for Codex: it %s', async (folder, which, reason) => {
  const refused = `-32603 failed to read thread: thread-store internal error: failed to read session metadata PATH: rollout at PATH ${reason}`;
  expect(await answer(caseRollout(folder, which), 'resume')).toBe(refused);
  expect(await answer(caseRollout(folder, which), 'fork')).toBe(refused);
});

test('a line that ends within a character: Codex loads none of the rollout', async () => {
  expect(await answer(caseRollout('hostile', 'torn-utf8-legacy.jsonl'), 'resume')).toMatch(
    /^-32603 .* stream did not contain valid UTF-8$/,
  );
});

test('of several copies the one that is called as Codex calls it is opened', async () => {
  const home = homeWithCopies(temporaryFolder());
  const path = `${home}/sessions/2026/11/25/rollout-2026-11-25T03-53-42-${archivedThread}.jsonl`;
  expect(await answer(path, 'resume')).toMatch(/ 78700@/);
});
