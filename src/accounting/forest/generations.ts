import type { RolloutAccount, UsageRow } from './rollout-account.ts';

/** The rollouts of one thread: its generations, which reverts began, and copies of them. */
export class Generations {
  /** The first one first. */
  readonly accounts: readonly RolloutAccount[];
  /** How many bytes of each rollout that the head goes on from, directly or by way of others, belong to its history. */
  readonly #kept = new Map<string, bigint>();

  constructor(accounts: readonly RolloutAccount[]) {
    this.accounts = [...accounts].sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    const byId = new Map(accounts.map((account) => [account.rolloutId, account]));
    for (let base = this.head.base; base && !this.#kept.has(base.thread_id); ) {
      this.#kept.set(base.thread_id, base.end_byte_offset);
      base = byId.get(base.thread_id)?.base ?? null;
    }
  }

  /** The newest, which Codex opens. */
  get head(): RolloutAccount {
    return this.accounts.at(-1) as RolloutAccount;
  }

  /** The one that all began with. */
  get first(): RolloutAccount {
    return this.accounts[0] as RolloutAccount;
  }

  /** Whether a revert or a rollback took back what a record of one of these rollouts says. */
  isUndone({ byteOffset, isRolledBack }: UsageRow, { rolloutId }: RolloutAccount): boolean {
    const kept = rolloutId === this.head.rolloutId ? null : (this.#kept.get(rolloutId) ?? 0n);
    return isRolledBack || (kept !== null && BigInt(byteOffset) >= kept);
  }
}
