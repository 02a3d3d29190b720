import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import type { Notice } from '../../usage/notice.ts';

/** By what the sum is divided too, and the days of which time zone are meant. */
export interface Grouping {
  readonly by: 'day' | 'model' | 'cwd' | 'thread';
  readonly days: 'local' | 'utc' | 'both';
}

/** The answer of `tree`. */
export interface TreeAnswer {
  readonly forest: ForestAccount;
  /** What people know the threads by; some have no title. */
  readonly titles: ReadonlyMap<ThreadAccount, string>;
  readonly grouping: Grouping | null;
  /** How deep the tree is shown. */
  readonly depth: number;
  /** The records to be shown; null when nobody asked for them. */
  readonly evidence: readonly Evidence[] | null;
  /** People are shown nothing else. */
  readonly showsEvidenceAlone: boolean;
  /** What there is to say of the rollouts' lines. */
  readonly notices: readonly Notice[];
  /** Why some rollouts could not be read. */
  readonly errors: readonly { readonly message: string; readonly hint: string | null }[];
  readonly exitCode: number;
}
