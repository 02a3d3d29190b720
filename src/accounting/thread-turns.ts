import type { Era } from '../codex/era.ts';
import type { TokenUsage } from '../codex/records/token-count.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import type { ThreadHistory } from '../history/thread-history.ts';
import { clientTurns, type HistoryFacts, isPaginated, readFacts } from '../lifecycle/facts.ts';
import { rejoin, resume } from '../lifecycle/lifecycle.ts';
import type { LifecycleError } from '../lifecycle/outcome.ts';
import type { Turn } from '../turns/turn.ts';
import { CopiedPrefix } from './copied-prefix.ts';
import { noTokens, plus } from './token-sums.ts';
import { type DividedUsage, type TurnUsage, UsageDivider } from './usage-divider.ts';

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
  readonly turns: readonly TurnWithUsage[];
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
  const divider = new UsageDivider(isPaginated(history, era), era);
  const copy = new CopiedPrefix();
  const facts = await readFacts(history, era, {}, [divider, copy, ...others]);
  divider.finish();
  return { facts, thread: threadTurns(facts, era, divider, copy) };
}

function threadTurns(facts: HistoryFacts, era: Era, divider: UsageDivider, copy: CopiedPrefix): ThreadTurns {
  const { path, meta } = facts.history;
  const resumed = resume(facts, era);
  const shown = clientTurns(facts, 'used');
  const turns = facts.isPaginated && resumed.error && shown.length === 0 ? facts.projection.turnsMadeOut() : shown;
  const owner = resumed.error ? null : (resumed.usage ?? rejoin(facts, era).usage);
  const lastCopy = turns.findLastIndex(({ id, firstLineAt }) => copy.holds(id, firstLineAt));
  const inherited = facts.isPaginated ? facts.projection.inheritedIds() : new Set<string>();
  const ownerPlace = owner ? turns.findIndex(({ id }) => id === owner.turnId) : -1;
  const withUsage = turns.map((turn, place): TurnWithUsage => {
    const { id, status, ...rest } = turn;
    return {
      id,
      status,
      ...rest,
      ...divider.usageOf(turn, place),
      inherited: place <= lastCopy || inherited.has(id),
      ownsUsage: place === ownerPlace,
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
    usageStandsIn: turns.find((turn, place) => divider.holdsLastRecord(turn, place))?.id ?? null,
    sentOnResume: resumed.usage !== null,
    total: {
      ownUsage: sum(withUsage),
      inherited: sum(withUsage.filter((turn) => turn.inherited)),
      ...divider.totals(turns),
    },
    resumeError: resumed.error,
  };
}

function sum(turns: readonly TurnWithUsage[]): TokenUsage {
  return turns.reduce((total, { ownUsage }) => plus(total, ownUsage ?? noTokens), noTokens);
}
