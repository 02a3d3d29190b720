import { basename } from 'node:path';
import type { Era } from '../codex/era.ts';
import type { HistoryBase, SessionMeta } from '../codex/records/session-meta.ts';
import { type HistoryVisitor, readRecords } from '../history/read-records.ts';
import { parseRolloutName } from '../history/rollout-name.ts';
import type { Segment, ThreadHistory } from '../history/thread-history.ts';
import type { Line } from '../rollout/lines/line.ts';
import { isItem, type RolloutItem, type RolloutRecord } from '../rollout/records/record.ts';
import { ContextView } from '../turns/context-view.ts';
import { KnownIds } from '../turns/known-ids.ts';
import { LazyList } from '../turns/lazy-list.ts';
import { type Turn, turnNamed } from '../turns/turn.ts';
import { interruptStale, TurnProjection } from '../turns/turn-projection.ts';
import { TurnTable } from '../turns/turn-table.ts';
import { ForkPrefix } from './fork-prefix.ts';
import { ModelContext } from './model-context.ts';
import type { LifecycleParams } from './outcome.ts';

/** What a fork takes over. */
export interface ForkFacts {
  readonly context: ModelContext;
  /** Of a legacy fork: what its own rollout holds, a session_meta and a copy. */
  readonly copy: ContextView;
  /** The turn that the fork ends; null when there is none. */
  readonly unfinished: { readonly turnId: string | null } | null;
  readonly projection: TurnProjection;
  /** Of a paginated fork: where it leaves its source, as its `history_base` says it; null when it takes over no record. */
  readonly base: HistoryBase | null;
}

/** All that resume, rejoin and fork depend on, however long the history is. */
export interface HistoryFacts {
  readonly history: ThreadHistory;
  readonly isPaginated: boolean;
  /** A line makes Codex refuse the rollout as a whole: invalid UTF-8. */
  readonly isRefused: boolean;
  /** The first such line stands before any message of the user. */
  readonly isRefusedEarly: boolean;
  /** Whether it has lines other than blank ones. */
  readonly holdsText: boolean;
  /** The first session_meta, wherever it stands: versions that load a rollout in one go do not mind. */
  readonly meta: SessionMeta | null;
  /** The provider in the last `thread_settings_applied` of the rollout itself; null when there is none. */
  readonly settingsProvider: string | null;
  readonly context: ModelContext;
  readonly projection: TurnProjection;
  /** Of a legacy thread: what a client's turns are rebuilt from. */
  readonly clientView: ContextView;
  readonly fork: ForkFacts;
}

/** Whether a version of this era follows the paginated history of a rollout, instead of reading it like a legacy one. */
export function isPaginated({ meta }: ThreadHistory, era: Era): boolean {
  return meta?.history_mode === 'paginated' && era.paginated !== 'unknown';
}

/** Whether a legacy rollout would keep an item today. */
export function isKept(item: RolloutItem): boolean {
  if ('isKept' in item) return item.isKept;
  return item.kind === 'response_item' ? item.is_known : true;
}

/**
 * Reads a history once and gathers the facts. `params`: of a fork, where it is cut. `others` are shown the same lines; `known`: the
 * ids of turns that they share.
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function readFacts(
  history: ThreadHistory,
  era: Era,
  params: LifecycleParams = {},
  others: readonly HistoryVisitor[] = [],
  known: KnownIds = new KnownIds(),
): Promise<HistoryFacts> {
  const reading = new FactsReading(history, era, params, known);
  await readRecords(history, [reading, ...others]);
  return reading.facts();
}

class FactsReading implements HistoryVisitor {
  readonly #history: ThreadHistory;
  readonly #era: Era;
  readonly #known: KnownIds;
  readonly #isPaginated: boolean;
  readonly #context: ModelContext;
  readonly #projection: TurnProjection;
  readonly #clientView: ContextView;
  /** Where a fork is cut; null when it takes over everything, and so holds what the thread does. */
  readonly #prefix: ForkPrefix | null;
  readonly #fork: { readonly context: ModelContext; readonly copy: ContextView; readonly projection: TurnProjection };
  /** The rollout that is being read, by its id. */
  #rolloutId = '';
  /** Behind the last line that the fork takes over. */
  readonly #forkEnd = { rolloutId: '', highestOrdinal: -1n, bytes: 0 };
  /** Lines that a fork takes over by their ordinals. */
  #forkedLines = 0;
  #isRefused = false;
  #isRefusedEarly = false;
  #holdsUserMessage = false;
  #holdsText = false;
  #meta: SessionMeta | null = null;
  #settingsProvider: string | null = null;
  #isOwn = false;
  #isHead = true;

  constructor(history: ThreadHistory, era: Era, params: LifecycleParams, known: KnownIds) {
    this.#history = history;
    this.#era = era;
    this.#known = known;
    this.#isPaginated = isPaginated(history, era);
    const cut = {
      ...(era.knowsLastTurnId && params.lastTurnId !== undefined && { lastTurnId: params.lastTurnId }),
      ...(era.knowsBeforeTurnId && params.beforeTurnId !== undefined && { beforeTurnId: params.beforeTurnId }),
    };
    this.#prefix = Object.keys(cut).length === 0 ? null : new ForkPrefix(cut, this.#isPaginated);
    this.#context = new ModelContext(era, this.#isPaginated, known);
    this.#projection = new TurnProjection(era, known);
    this.#clientView = new ContextView(era, new TurnTable(known));
    this.#fork = {
      context: this.#prefix ? new ModelContext(era, this.#isPaginated, known) : this.#context,
      copy: new ContextView(era, new TurnTable(known), history.meta ? 1 : 0),
      projection: this.#prefix ? new TurnProjection(era, known) : this.#projection,
    };
  }

  onSegment({ path, head, base }: Segment, isOwn: boolean): void {
    this.#isOwn = isOwn;
    this.#rolloutId = parseRolloutName(basename(path))?.rolloutId ?? head.meta?.id ?? '';
    this.#isHead = true;
    this.#projection.begin(head.meta, base, isOwn);
    if (this.#prefix) this.#fork.projection.begin(head.meta, base, isOwn);
  }

  onLine(line: Line, record: RolloutRecord | null): void {
    if (!record) return;
    if (record.kind === 'unreadable' && record.refusesAll && !this.#isRefused) {
      this.#isRefused = true;
      this.#isRefusedEarly = !this.#holdsUserMessage;
    }
    if (record.kind === 'user_message') this.#holdsUserMessage = true;
    if (this.#isOwn) this.#holdsText = true;
    const isProjected = this.#isPaginated && this.#projection.add(record);
    if (!isItem(record)) {
      if (this.#isPaginated && this.#prefix) this.#fork.projection.add(record);
      return;
    }
    const isHead = this.#isHead && record.kind === 'session_meta';
    if (isHead) this.#isHead = false;
    if (record.kind === 'session_meta' && this.#isOwn) this.#meta ??= record.meta;
    if (record.kind === 'thread_settings_applied' && this.#isOwn) this.#settingsProvider = record.model_provider_id;
    this.#context.add(record, isHead);
    if (!this.#isPaginated && (!this.#era.filtersTurns || isKept(record))) this.#clientView.add(record);
    if (!this.#prefix) this.#takeOver(record, isProjected, line);
    else if (this.#prefix.takes(record)) {
      this.#fork.context.add(record, isHead);
      this.#takeOver(record, this.#isPaginated && this.#fork.projection.add(record), line);
    }
  }

  /** An item belongs to the fork. `isProjected`: by its ordinal too. */
  #takeOver(item: RolloutItem, isProjected: boolean, line: Line): void {
    if (!this.#isPaginated && isKept(item)) this.#fork.copy.add(item);
    if (isProjected) this.#forkedLines++;
    this.#forkEnd.rolloutId = this.#rolloutId;
    this.#forkEnd.highestOrdinal = this.#fork.projection.highest;
    this.#forkEnd.bytes = line.offset + line.length + (line.terminated ? 1 : 0);
  }

  facts(): HistoryFacts {
    return {
      history: this.#history,
      isPaginated: this.#isPaginated,
      isRefused: this.#isRefused,
      isRefusedEarly: this.#isRefusedEarly,
      holdsText: this.#holdsText,
      meta: this.#meta,
      settingsProvider: this.#settingsProvider,
      context: this.#context,
      projection: this.#projection,
      clientView: this.#clientView,
      fork: this.#forkFacts(),
    };
  }

  /** A fork goes on from all of its source, or from nothing where no line but the head has an ordinal that counts. */
  #forkFacts(): ForkFacts {
    const isEmpty = this.#isPaginated && this.#era.ordinals === 'growing' && this.#forkedLines <= 1;
    const context = isEmpty ? new ModelContext(this.#era, true, this.#known) : this.#fork.context;
    const unfinished = isEmpty ? null : this.#endFork();
    return { ...this.#fork, context, unfinished, base: this.#forkedLines > 1 ? this.#forkBase() : null };
  }

  #forkBase(): HistoryBase {
    return {
      thread_id: this.#forkEnd.rolloutId,
      end_ordinal_exclusive: this.#forkEnd.highestOrdinal + 1n,
      end_byte_offset: BigInt(this.#forkEnd.bytes),
    };
  }

  /** Ends the fork's last turn if the source has not, as Codex does: a message to the model, and a `turn_aborted`. */
  #endFork(): ForkFacts['unfinished'] {
    if (!this.#era.endsForkedTurns) return null;
    const unfinished = this.#fork.context.view(this.#era.startsAtCompaction).unfinishedTurn();
    if (unfinished) for (const item of endingItems(unfinished.turnId)) this.#fork.copy.add(item);
    return unfinished;
  }
}

/** What ends a turn that was open when a thread was forked. */
function endingItems(turnId: string | null): RolloutItem[] {
  const timestamp = '';
  return [
    { kind: 'response_item', is_user_message: false, is_hook_prompt: false, is_known: true, ordinal: null, timestamp },
    {
      kind: 'turn_aborted',
      turn_id: turnId,
      completed_at: null,
      duration_ms: null,
      isKept: true,
      ordinal: null,
      timestamp,
    },
  ];
}

/** The turns of a thread as the rollout has them: one that has not ended is in progress. */
export function clientTurns(
  { isPaginated: paginated, projection, clientView }: HistoryFacts,
  home: 'used' | 'new',
): LazyList<Turn> {
  return paginated ? projection.turns(home === 'used') : clientView.turns();
}

/** The turns that a fork shows. What it ends itself stands behind what it took over. */
export function forkedTurns({ isPaginated: paginated, fork }: HistoryFacts, home: 'used' | 'new'): LazyList<Turn> {
  if (!paginated) return fork.copy.turns();
  const ended = fork.unfinished?.turnId ?? null;
  const turns = interruptStale(fork.projection.turns(home === 'used'));
  if (ended === null || fork.projection.problem !== null) return turns;
  const interrupted: Turn = {
    ...(turns.find(({ id }) => id === ended) ?? turnNamed(ended, 'interrupted')),
    status: 'interrupted',
    completedAt: null,
    durationMs: null,
  };
  return turns.filter(({ id }) => id !== ended).concat(LazyList.of([interrupted]));
}
