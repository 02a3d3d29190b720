import type { Era } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import type { ThreadHistory } from '../history/thread-history.ts';
import { clientTurns, type HistoryFacts, isPaginated, readFacts } from '../lifecycle/facts.ts';
import { rejoin, resume } from '../lifecycle/lifecycle.ts';
import type { LifecycleError } from '../lifecycle/outcome.ts';
import { KnownIds } from '../turns/known-ids.ts';
import type { LazyList } from '../turns/lazy-list.ts';
import type { Turn } from '../turns/turn.ts';
import { CopiedPrefix } from './copied-prefix.ts';
import { noTokens, plus } from './token-sums.ts';
import type { TurnUsage } from './turn-usages.ts';
import { type DividedUsage, UsageDivider } from './usage-divider.ts';

/** A turn and its usage. */
export interface TurnWithUsage extends Turn, TurnUsage {
  /** It came with the history of the thread that this one was forked from. */
  readonly inherited: boolean;
  /** The usage that Codex restores is attributed to it. */
  readonly ownsUsage: boolean;
}

/** Where the tokens of a thread went. */
export interface TurnTotals extends DividedUsage {
  /** Of all turns, inherited ones too. */
  readonly ownUsage: TokenUsage;
  /** Of the inherited ones among these. */
  readonly inherited: TokenUsage;
}

/** The turns of a thread, as its rollout has them. */
export interface ThreadTurns {
  readonly path: string;
  readonly threadId: string | null;
  /** The Codex version that began the rollout. */
  readonly cliVersion: string | null;
  readonly historyMode: 'legacy' | 'paginated';
  readonly forkedFromId: string | null;
  readonly turns: LazyList<TurnWithUsage>;
  /** The id of the turn that restored usage is attributed to; null when there is none. */
  readonly usageOwner: string | null;
  /** The id of the turn that the record of this usage stands in; null when that is none of the turns. */
  readonly usageStandsIn: string | null;
  /** Whether a client that resumes the thread is sent that usage; if not, one that joins it while it runs is. */
  readonly sentOnResume: boolean;
  readonly total: TurnTotals;
  /** Why Codex does not resume the rollout. */
  readonly resumeError: LifecycleError | null;
}

/**
 * Reads a history and says what its turns are: those that a client is shown, with the status that the rollout gives them; one
 * that has not ended is in progress. When Codex refuses the rollout these are the turns that can be made out.
 * @param others are shown the same lines
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function readThread(
  history: ThreadHistory,
  era: Era,
  others: readonly HistoryVisitor[] = [],
): Promise<{ readonly facts: HistoryFacts; readonly thread: ThreadTurns }> {
  const known = new KnownIds();
  const divider = new UsageDivider(isPaginated(history, era), era, known);
  const copy = new CopiedPrefix();
  const facts = await readFacts(history, era, {}, [divider, copy, ...others], known);
  divider.finish();
  return { facts, thread: threadTurns(facts, era, divider, copy) };
}

function threadTurns(facts: HistoryFacts, era: Era, divider: UsageDivider, copy: CopiedPrefix): ThreadTurns {
  const { path, meta } = facts.history;
  const resumed = resume(facts, era);
  const shown = clientTurns(facts, 'used');
  const turns = facts.isPaginated && resumed.error && shown.length === 0 ? facts.projection.turnsMadeOut() : shown;
  const owner = resumed.error ? null : (resumed.usage ?? rejoin(facts, era).usage);
  const inherited = facts.isPaginated ? facts.projection.inheritedIds() : new Set<string>();
  let lastCopy = -1;
  let ownerPlace = -1;
  let usageStandsIn: string | null = null;
  let place = 0;
  for (const turn of turns) {
    if (copy.holds(turn.id, turn.firstLineAt)) lastCopy = place;
    if (ownerPlace < 0 && owner && turn.id === owner.turnId) ownerPlace = place;
    if (usageStandsIn === null && divider.holdsLastRecord(turn, place)) usageStandsIn = turn.id;
    place++;
  }
  const withUsage = turns.map((turn, at): TurnWithUsage => {
    const { id, status, ...rest } = turn;
    return {
      id,
      status,
      ...rest,
      ...divider.usageOf(turn, at),
      inherited: at <= lastCopy || inherited.has(id),
      ownsUsage: at === ownerPlace,
    };
  });
  return {
    path,
    threadId: meta?.id ?? null,
    cliVersion: meta?.cli_version ?? null,
    historyMode: meta?.history_mode ?? 'legacy',
    forkedFromId: meta?.forked_from_id ?? copy.parentId,
    turns: withUsage,
    usageOwner: owner?.turnId || null,
    usageStandsIn,
    sentOnResume: resumed.usage !== null,
    total: {
      ownUsage: sum(withUsage, () => true),
      inherited: lastCopy < 0 && inherited.size === 0 ? noTokens : sum(withUsage, (turn) => turn.inherited),
      ...divider.totals(turns),
    },
    resumeError: resumed.error,
  };
}

function sum(turns: LazyList<TurnWithUsage>, counts: (turn: TurnWithUsage) => boolean): TokenUsage {
  let total = noTokens;
  for (const turn of turns) if (turn.ownUsage && counts(turn)) total = plus(total, turn.ownUsage);
  return total;
}
