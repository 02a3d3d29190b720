import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountForest } from '../../src/accounting/forest/account-forest.ts';
import type { Evidence } from '../../src/accounting/forest/evidence.ts';
import type { ForestAccount } from '../../src/accounting/forest/forest-account.ts';
import { groupsOf } from '../../src/accounting/forest/groups.ts';
import { readAccount } from '../../src/accounting/forest/read-account.ts';
import type { RolloutAccount } from '../../src/accounting/forest/rollout-account.ts';
import { type UsageRule, usageRules } from '../../src/accounting/usage-rule.ts';
import { type TokenUsage, tokenUsageKeys } from '../../src/codex/records/token-count.ts';
import { newestCodex } from '../../src/codex/version.ts';
import { listRollouts } from '../../src/history/list-rollouts.ts';
import { type LedgerEntry, sumsBy } from '../grow/ledger.ts';

/** The ledger of a forest in `test/forests`, or of one that was just grown. */
export function ledgerOf(folder: string): LedgerEntry[] {
  const kept = join(folder, 'ledger.json');
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as LedgerEntry[];
  const lines = readFileSync(join(folder, 'ledger.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

export async function accountsBelow(folder: string): Promise<RolloutAccount[]> {
  const { paths } = await listRollouts(folder);
  const accounts: RolloutAccount[] = [];
  for (const path of paths) accounts.push((await readAccount(path, newestCodex)).account);
  return accounts;
}

export async function forestBelow(folder: string): Promise<ForestAccount> {
  return accountForest(await accountsBelow(folder));
}

/** What comes out where records that a rule counts are refused, and those that it refuses counted. */
export async function takingOut(rule: UsageRule, account: () => Promise<ForestAccount>): Promise<ForestAccount> {
  const changed = usageRules[rule] as { counts: boolean };
  changed.counts = !changed.counts;
  try {
    return await account();
  } finally {
    changed.counts = !changed.counts;
  }
}

/** The forests in `test/forests`, by name. */
export const keptForests: readonly string[] = readdirSync('test/forests').filter((name) => !name.endsWith('.md'));

/** Usage in one line: input, cached, cache write, output, reasoning, total. */
export function usageLine(usage: { readonly [K in keyof TokenUsage]: bigint | number } | undefined): string {
  return tokenUsageKeys.map((key) => String(usage?.[key] ?? 0)).join('/');
}

/** What the ledger says was spent, by a property of each entry, in the form of `usageLine`. */
export function ledgerLines(
  ledger: readonly LedgerEntry[],
  keyOf: (entry: LedgerEntry) => string,
): Readonly<Record<string, string>> {
  return linesOf(Object.entries(sumsBy(ledger, keyOf)));
}

/** Keys with their usage, without those that spent nothing, sorted. */
export function linesOf(
  entries: Iterable<readonly [string, { readonly [K in keyof TokenUsage]: bigint | number }]>,
): Readonly<Record<string, string>> {
  const spent = [...entries].filter(([, usage]) => BigInt(usage.total_tokens) !== 0n);
  return Object.fromEntries(
    spent.map(([key, usage]) => [key, usageLine(usage)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What a version writes down of a ledger: not answers that were cut, and neither compactions on the server nor cache writes at first. */
export function writtenDown(version: string, ledger: readonly LedgerEntry[]): LedgerEntry[] {
  return ledger
    .filter((entry) => !isUnwritten(version, entry))
    .map((entry) =>
      minorOf(version) < 145 ? { ...entry, usage: { ...entry.usage, cache_write_input_tokens: 0 } } : entry,
    );
}

function isUnwritten(version: string, { lost, isServerCompaction }: LedgerEntry): boolean {
  return lost || (isServerCompaction && minorOf(version) < 153);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

/** How the account of a grown forest differs from its ledger, and the figures of both. */
export interface ForestDifferences {
  readonly differences: string[];
  readonly ledger: string;
  readonly ours: string;
  readonly plain: string;
  /** Requests of whose cost nobody knows: by the notices, and by the ledger, where those that a turn tried again are one. */
  readonly lost: string;
}

/** Compares total, threads, models (a compaction's may be unknown), days around the forest's midnight, and the number of lost requests. */
export async function forestDifferences(version: string, folder: string): Promise<ForestDifferences> {
  const forest = await forestBelow(join(folder, 'home'));
  const whole = ledgerOf(folder);
  const ledger = writtenDown(version, whole);
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as { midnight: string | null };
  const side = (time: string | null) =>
    truth.midnight === null ? 'a day' : (time ?? '') < truth.midnight ? 'before' : 'after';
  const isUntold = forest.evidence.some(({ rule }) => rule === 'recovered-total');
  const grouped = (keyOf: (evidence: Evidence) => string | null) =>
    linesOf(groupsOf(forest.evidence, keyOf).map(({ key, usage }) => [key, usage] as const));
  const unnamed = new Set(forest.evidence.filter(({ model }) => model === null).map(turnOf));
  const mayBeUnnamed = ({ kind }: LedgerEntry) => kind === 'compaction' || kind === null;
  const named = ledger.map((entry) =>
    mayBeUnnamed(entry) && unnamed.has(turnOf(entry)) ? { ...entry, model: 'unknown' } : entry,
  );
  const comparisons = [
    ['total', linesOf([['total', forest.total]]), ledgerLines(ledger, () => 'total')],
    ['thread', grouped(({ threadId }) => threadId), ledgerLines(ledger, ({ threadId }) => threadId)],
    ...(isUntold ? [] : [['model', grouped(({ model }) => model), ledgerLines(named, ({ model }) => model)] as const]),
    ...(isUntold
      ? []
      : [['day', grouped(({ timestamp }) => side(timestamp)), ledgerLines(ledger, ({ at }) => side(at))] as const]),
  ] as const;
  const lost = forest.notices.reduce((sum, { requests }) => sum + requests, 0);
  const unwritten = whole.filter((entry) => isUnwritten(version, entry));
  const truthLost = new Set(
    unwritten.map(({ n, turnId, isServerCompaction }) => `${turnId ?? n} ${isServerCompaction}`),
  ).size;
  return {
    differences: [
      ...comparisons.flatMap(([name, ours, theirs]) => differencesBetween(name, ours, theirs)),
      ...(lost === truthLost ? [] : [`lost requests: ours ${lost}, ledger ${truthLost}`]),
    ],
    ledger: String(ledger.reduce((sum, { usage }) => sum + usage.total_tokens, 0)),
    ours: String(forest.total.total_tokens),
    plain: String(forest.plainSum.total_tokens),
    lost: `${lost}/${truthLost}`,
  };
}

function turnOf({ threadId, turnId }: Pick<LedgerEntry | Evidence, 'threadId' | 'turnId'>): string {
  return `${threadId} ${turnId}`;
}

function differencesBetween(
  name: string,
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): string[] {
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys]
    .filter((key) => ours[key] !== theirs[key])
    .map((key) => `${name} ${key}: ours ${ours[key] ?? 'nothing'}, ledger ${theirs[key] ?? 'nothing'}`);
}
