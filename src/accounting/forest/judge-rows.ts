import { usageRules } from '../usage-rule.ts';
import { type Evidence, spentAt } from './evidence.ts';
import type { InheritedHistory } from './inherited-history.ts';
import type { Lineage } from './lineage.ts';
import { responseIdentity } from './response-identity.ts';
import type { RolloutAccount, UsageRow } from './rollout-account.ts';

/** A record of a rollout, and the thread that spent what it says. */
interface OwnedRow {
  readonly row: UsageRow;
  readonly account: RolloutAccount;
  readonly owner: string | null;
}

/**
 * Judges every record of all rollouts. A response counts once: where its own thread holds it, else in the first copy. It is
 * told by its thread, its turn and the running total of the thread or its id, never by what it cost.
 */
export function judgeRows(
  accounts: readonly RolloutAccount[],
  lineage: Lineage,
  history: InheritedHistory,
  isUndone: (row: UsageRow, account: RolloutAccount) => boolean,
): Evidence[] {
  const rows = accounts.flatMap((account) =>
    history.rowsOf(account).map((row): OwnedRow => ({ row, account, owner: lineage.ownerOf(row, account) })),
  );
  const shared = sharedThreads(rows, accounts);
  const counted = new Set<string>();
  const evidence: Evidence[] = [];
  const judge = (owned: OwnedRow, rule: UsageRow['rule']) => evidence.push(asEvidence(owned, rule, isUndone));
  const isCounted = ({ row }: OwnedRow) => usageRules[row.rule].counts;

  for (const owned of rows) {
    if (!isCounted(owned)) judge(owned, owned.row.rule);
    else if (!owned.row.isCopy) {
      const isKnown = shared.has(owned.owner) && !addNew(counted, identityOf(owned));
      judge(owned, isKnown ? 'in-another-file' : owned.row.rule);
    }
  }
  const copies = rows.filter((owned) => isCounted(owned) && owned.row.isCopy);
  for (const owned of copies.sort(bySize)) {
    judge(owned, addNew(counted, identityOf(owned)) ? 'recovered' : 'copied');
  }
  return evidence;
}

/** Threads of which more than one rollout may hold a record. */
function sharedThreads(rows: readonly OwnedRow[], accounts: readonly RolloutAccount[]): ReadonlySet<string | null> {
  const shared = new Set<string | null>();
  const seen = new Set<string>();
  for (const { meta } of accounts) {
    if (meta && seen.has(meta.id)) shared.add(meta.id);
    if (meta) seen.add(meta.id);
  }
  for (const { row, owner } of rows) if (row.isCopy) shared.add(owner);
  return shared;
}

/** Of copies that hold the same response the smallest comes first: where records between were left out, it grew by more. */
function bySize(a: OwnedRow, b: OwnedRow): number {
  return Number(a.row.usage.total_tokens - b.row.usage.total_tokens);
}

function identityOf({ row, owner, account }: OwnedRow): string {
  return `${owner ?? account.path} ${responseIdentity(row)}`;
}

/** @returns whether the text was not there */
function addNew(known: Set<string>, text: string): boolean {
  const { size } = known;
  return known.add(text).size > size;
}

function asEvidence(
  { row, account, owner }: OwnedRow,
  rule: UsageRow['rule'],
  isUndone: (row: UsageRow, account: RolloutAccount) => boolean,
): Evidence {
  return {
    threadId: owner,
    turnId: row.turnId,
    path: account.path,
    byteOffset: row.byteOffset,
    timestamp: spentAt(row),
    model: row.model,
    usage: row.usage,
    rule,
    isUndone: isUndone(row, account),
    responseId: row.responseId,
  };
}
