import { describe, expect, test } from 'vitest';
import { accountForest } from '../../src/accounting/forest/account-forest.ts';
import type { ForestAccount } from '../../src/accounting/forest/forest-account.ts';
import { groupsOf } from '../../src/accounting/forest/groups.ts';
import { noTokens, plus } from '../../src/accounting/token-sums.ts';
import { type UsageRule, usageRules } from '../../src/accounting/usage-rule.ts';
import type { LedgerEntry } from '../grow/ledger.ts';
import {
  accountsBelow,
  forestBelow,
  keptForests,
  ledgerLines,
  ledgerOf,
  linesOf,
  takingOut,
  usageLine,
  writtenDown,
} from '../support/forests.ts';

const forests = new Map<string, { readonly forest: ForestAccount; readonly ledger: readonly LedgerEntry[] }>();
for (const name of keptForests) {
  const accounts = await accountsBelow(`test/forests/${name}`);
  const ledger = writtenDown(/[\d.]+$/.exec(name)?.[0] ?? '', ledgerOf(`test/forests/${name}`));
  forests.set(name, { forest: accountForest(accounts), ledger });
}
const all = [...forests].map(([name, each]) => ({ name, ...each }));

describe.each(all)('$name', ({ name, forest, ledger }) => {
  /** Of a parent that is gone a legacy fork still has the days and models of its turns, a paginated one nothing. */
  const knowsModels = name !== 'deleted-parent-0.169.0';
  const knowsTimes = !name.startsWith('deleted-parent');

  test('spent what the ledger says, each thread by itself', () => {
    const threads = forest.threads.map(({ threadId, usage }) => [threadId ?? '', usage.own] as const);
    expect(linesOf(threads)).toEqual(ledgerLines(ledger, ({ threadId }) => threadId));
    expect({ total: usageLine(forest.total) }).toEqual(ledgerLines(ledger, () => 'total'));
  });

  test.runIf(knowsModels)('spent it by the models that the ledger says', () => {
    const groups = groupsOf(forest.evidence, ({ model }) => model).map(({ key, usage }) => [key, usage] as const);
    expect(linesOf(groups)).toEqual(ledgerLines(ledger, ({ model }) => model));
  });

  test.runIf(knowsTimes)('spent it when the ledger says', () => {
    // Sub-agents run beside their parents: there a record may be written after the next answer has come.
    const isSequential = forest.threads.every(({ relation }) => relation !== 'subagent');
    const moments = ledger.map(({ at }) => new Date(Date.parse(at) - 1).toISOString());
    for (const moment of isSequential ? moments : moments.slice(0, 1)) {
      const side = (time: string | null) => (time === null ? 'unknown' : time < moment ? 'before' : 'after');
      const groups = groupsOf(forest.evidence, ({ timestamp }) => side(timestamp));
      const sides = groups.map(({ key, usage }) => [key, usage] as const);
      expect(linesOf(sides)).toEqual(ledgerLines(ledger, ({ at }) => side(at)));
    }
  });

  test('has evidence that adds up to the total', () => {
    const counted = forest.evidence.filter(({ rule }) => usageRules[rule].counts);
    expect(counted.reduce((sum, { usage }) => plus(sum, usage), noTokens)).toEqual(forest.total);
  });

  test('goes wrong when any rule by which it refuses or counts a record is taken out', async () => {
    for (const rule of new Set(forest.evidence.map((each) => each.rule))) {
      const { total } = await takingOut(rule, () => forestBelow(`test/forests/${name}`));
      expect({ rule, total: usageLine(total) }).not.toEqual({ rule, total: usageLine(forest.total) });
    }
  });
});

test('each token of what a thread inherited is one that its ancestors spent', () => {
  for (const { forest } of all) {
    const byId = new Map(forest.threads.map((thread) => [thread.threadId, thread]));
    for (const { relation, parentId, usage } of forest.threads) {
      const parent = byId.get(parentId);
      if (relation !== 'fork' || !parent) continue;
      const most = parent.usage.own.total_tokens + parent.usage.inherited.total_tokens;
      expect(usage.inherited.total_tokens).toBeLessThanOrEqual(most);
      expect(usage.inherited.total_tokens).toBeGreaterThan(0n);
    }
  }
});

test('the order in which rollouts are read does not matter', async () => {
  const accounts = await accountsBelow('test/forests/deleted-parent-0.144.6');
  const answer = (order: typeof accounts) =>
    accountForest(order).threads.map(({ threadId, usage }) => [threadId, usage]);
  expect(answer([...accounts].reverse())).toEqual(answer(accounts));
});

test('the kept forests hold a record for nearly every rule', () => {
  const held = new Set(all.flatMap(({ forest }) => forest.evidence.map(({ rule }) => rule)));
  const elsewhere: UsageRule[] = ['began-anew', 'fell', 'disagrees', 'in-another-file'];
  expect((Object.keys(usageRules) as UsageRule[]).filter((rule) => !held.has(rule)).sort()).toEqual(elsewhere.sort());
});

test.each([
  ['interrupted-0.122.0', 'interrupted-request'],
  ['compaction-remote-0.144.6', 'unrecorded-compaction'],
])('%s: what no rollout tells of is named', (name, id) => {
  const { forest } = forests.get(name) ?? {};
  expect(forest?.notices.filter((notice) => notice.requests > 0)).toMatchObject([{ id, requests: 1 }]);
  expect(forest?.threads.map(({ lostRequests }) => lostRequests)).toEqual([1, 0]);
});

test.each([
  ['deleted-parent-0.144.6', ['recovered-thread']],
  ['deleted-parent-0.169.0', ['recovered-thread', 'unclear-recovery']],
])('%s: the parent is shown as gone, with what was recovered of it', (name, notices) => {
  const { forest } = forests.get(name) ?? {};
  const [parent, ...children] = forest?.threads ?? [];
  expect(parent).toMatchObject({ path: null, paths: [], relation: 'root' });
  expect(parent?.usage.recovered).toEqual(parent?.usage.own);
  expect(children.map(({ parentId }) => parentId)).toEqual([parent?.threadId, parent?.threadId]);
  expect(forest?.notices.map(({ id }) => id)).toEqual(notices);
});

test('what a revert or a rollback took back is spent all the same, and shown', () => {
  const undone = (name: string) =>
    forests.get(name)?.forest.threads.map(({ usage }) => usage.rolledBack.total_tokens > 0n);
  expect(undone('revert-0.169.0')).toEqual([true, false, false]);
  expect(undone('rollback-0.144.6')).toEqual([true, false]);
});

test('what Codex restores is what its counter says', () => {
  const { forest } = forests.get('overflow-0.122.0') ?? {};
  expect(forest?.threads[0]?.usage.restored?.total_tokens).toBeGreaterThan(258_400n);
  expect(forest?.total.total_tokens).toBeLessThan(10_000n);
});

test('a thread whose rollouts are gone changes what no other thread spent, and is never said to have spent more', async () => {
  for (const name of keptForests) {
    const accounts = await accountsBelow(`test/forests/${name}`);
    const whole = new Map(
      accountForest(accounts).threads.map(({ threadId, usage }) => [threadId, usage.own.total_tokens]),
    );
    for (const goneId of new Set(accounts.map(({ meta }) => meta?.id))) {
      const { threads, notices } = accountForest(accounts.filter(({ meta }) => meta?.id !== goneId));
      const isUnclear = notices.some(({ id }) => id === 'unclear-recovery');
      for (const { threadId, usage } of threads) {
        const place = { name, goneId, threadId };
        const before = whole.get(threadId) ?? 0n;
        if (threadId !== goneId) expect({ ...place, own: usage.own.total_tokens }).toEqual({ ...place, own: before });
        else if (!isUnclear)
          expect({ ...place, more: usage.own.total_tokens > before }).toEqual({ ...place, more: false });
      }
    }
  }
});
