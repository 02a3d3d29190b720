import type { Era } from '../codex/era.ts';
import type { HistoryBase, SessionMeta } from '../codex/records/session-meta.ts';
import type { RolloutItem, RolloutRecord } from '../rollout/records/record.ts';
import { KnownIds } from './known-ids.ts';
import { LazyList } from './lazy-list.ts';
import { type Turn, turnNamed } from './turn.ts';
import { TurnTable } from './turn-table.ts';

/**
 * The turns that Codex's database holds for a paginated rollout (docs/codex.md 6.4): those that a `task_started`,
 * `task_complete` or `turn_aborted` names, in the order in which they were named first. A turn that came to an end
 * stays as it is, and a rollback undoes none. Lines are put in by their ordinals. It takes the records one by one.
 */
export class TurnProjection {
  readonly #ordinals: Era['ordinals'];
  readonly #endedTurnsChange: boolean;
  readonly #known: KnownIds;
  #inherited: TurnTable;
  /** The thread whose rollout named a turn first that is not, or not only, named by the rollout itself. */
  readonly #namedBy = new Map<string, string | undefined>();
  readonly #own: TurnTable;
  /** What lines name that the database does not take. */
  readonly #refused: TurnTable;
  #isOwn = false;
  #threadId: string | undefined;
  /** The ordinal from which on records become turns. */
  #start = 0n;
  #highest = -1n;
  /** Lines since then that do not decode, and so may have had the ordinals that are missing. */
  #dropped = 0n;
  #problem: string | null = null;
  #last: RolloutRecord | null = null;
  #hasOrdinal = false;

  constructor(era: Era, known: KnownIds = new KnownIds()) {
    this.#known = known;
    this.#inherited = new TurnTable(known);
    this.#own = new TurnTable(known);
    this.#refused = new TurnTable(known);
    this.#ordinals = era.ordinals;
    this.#endedTurnsChange = era.endedTurnsChange;
  }

  /** A rollout of the history begins. */
  begin(meta: SessionMeta | null, base: HistoryBase | null, isOwn: boolean): void {
    if (this.#problem !== null) this.#forget(this.#threadId);
    this.#problem = null;
    this.#isOwn = isOwn;
    this.#threadId = meta?.id;
    this.#start = meta?.subagent_history_start_ordinal ?? 0n;
    this.#highest = (base?.end_ordinal_exclusive ?? 0n) - 1n;
    this.#dropped = 0n;
    this.#last = null;
    this.#hasOrdinal = false;
  }

  /** What an ancestor's lines could not be put in for is not known of it, and is no problem of what goes on from it. */
  #forget(threadId: string | undefined): void {
    const kept = this.#inherited.turns().filter(({ id }) => this.#namedBy.get(id) !== threadId);
    const inherited = new TurnTable(this.#known);
    for (const turn of kept) inherited.push(turn);
    this.#inherited = inherited;
  }

  /** Takes a line that is not blank. @returns whether it is one that the database takes */
  add(record: RolloutRecord): boolean {
    if (!('ordinal' in record)) {
      this.#drop(record);
      return false;
    }
    this.#last = record;
    if (record.ordinal !== null) this.#hasOrdinal = true;
    if (this.#problem !== null || !this.#goesOn(record.ordinal)) {
      if (record.kind !== 'ghost_snapshot') this.#name(record, this.#refused);
      return false;
    }
    if (record.kind !== 'ghost_snapshot' && this.#highest >= this.#start)
      this.#name(record, this.#isOwn ? this.#own : this.#inherited);
    return true;
  }

  /** Why the database takes none of it, in Codex's words; null when it does. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Whether the last record of the rollout that was read last has no ordinal. */
  get endsWithoutOrdinal(): boolean {
    return this.#last !== null && 'ordinal' in this.#last && this.#last.ordinal === null;
  }

  /** Whether the rollout that was read last has a record with an ordinal. */
  get hasOrdinal(): boolean {
    return this.#hasOrdinal;
  }

  /** The highest ordinal so far. */
  get highest(): bigint {
    return this.#highest;
  }

  /** The status of a turn, if it is known. */
  statusOf(turnId: string, includesInherited: boolean): Turn['status'] | undefined {
    return (this.#own.find(turnId) ?? (includesInherited ? this.#inherited.find(turnId) : undefined))?.status;
  }

  /**
   * All turns. What the rollout says itself of a turn counts, and stands behind what it took over.
   * @param includesInherited whether the database knows what the ancestors hold
   */
  turns(includesInherited: boolean): LazyList<Turn> {
    if (this.#problem !== null) return LazyList.of<Turn>([]);
    const own = this.#own.turns();
    return includesInherited ? interruptStale(this.#onlyInherited()).concat(own) : own;
  }

  #onlyInherited(): LazyList<Turn> {
    return this.#inherited.turns().filter(({ id }) => this.#own.ids.placeOf(id) === undefined);
  }

  /** The turns that the rollouts name, those of lines that the database does not take too. */
  turnsMadeOut(): LazyList<Turn> {
    const tables = [this.#inherited, this.#own, this.#refused];
    const turns = new Map(tables.flatMap((table) => [...table.turns()]).map((turn) => [turn.id, turn]));
    return LazyList.of([...turns.values()]);
  }

  /** The ids of turns that only rollouts of other threads name: older ones of the same thread are its own. */
  inheritedIds(): ReadonlySet<string> {
    const others = this.#onlyInherited().filter(({ id }) => this.#namedBy.get(id) !== this.#threadId);
    return new Set(others.map(({ id }) => id));
  }

  /** A line that does not decode can stand for a missing ordinal, but its own, if it has one, must not be a former one. */
  #drop(record: RolloutRecord): void {
    this.#dropped++;
    const ordinal = 'ownOrdinal' in record ? record.ownOrdinal : null;
    const next = this.#highest + 1n;
    if (this.#ordinals === 'contiguous but for dropped lines' && ordinal !== null && ordinal < next)
      this.#problem ??= `expected ordinal ${next}, got ${ordinal}`;
  }

  #goesOn(ordinal: bigint | null): boolean {
    const next = this.#highest + 1n;
    if (this.#ordinals === 'growing') {
      if (ordinal === null || ordinal < next) return false;
    } else if (ordinal === null) {
      this.#problem = 'missing';
      return false;
    } else {
      const covered = this.#ordinals === 'contiguous' ? 0n : this.#dropped;
      if (ordinal < next || ordinal > next + covered) {
        const gap =
          this.#ordinals === 'contiguous' || ordinal < next
            ? ''
            : `; ${covered} rejected rollout lines cannot cover that gap`;
        this.#problem = `expected ordinal ${next}, got ${ordinal}${gap}`;
        return false;
      }
    }
    this.#highest = ordinal;
    this.#dropped = 0n;
    return true;
  }

  #name(item: RolloutItem, turns: TurnTable): void {
    const named = namedTurn(item);
    if (!named) return;
    const place = turns.ids.placeOf(named.id);
    if (place === undefined) {
      if (turns !== this.#own) this.#namedBy.set(named.id, this.#threadId);
      turns.push(named);
      return;
    }
    const { status, startedAt, firstLineAt } = turns.at(place);
    if (status === 'inProgress' || this.#endedTurnsChange)
      turns.set(place, {
        ...named,
        startedAt: named.startedAt ?? startedAt,
        firstLineAt: firstLineAt ?? named.firstLineAt,
      });
  }
}

/** A thread works on none of the turns that it took over or was resumed with. */
export function interruptStale(turns: LazyList<Turn>): LazyList<Turn> {
  return turns.map((turn) => (turn.status === 'inProgress' ? { ...turn, status: 'interrupted' } : turn));
}

/** The turn that an item names, as the item leaves it. */
export function namedTurn(item: RolloutItem): Turn | null {
  const turn = (id: string, status: Turn['status']): Turn => ({
    ...turnNamed(id, status),
    firstLineAt: item.timestamp,
    lastLineAt: item.timestamp,
  });
  switch (item.kind) {
    case 'task_started':
      return { ...turn(item.turn_id, 'inProgress'), startedAt: item.started_at };
    case 'task_complete':
      return { ...turn(item.turn_id, item.failed ? 'failed' : 'completed'), ...ending(item) };
    case 'turn_aborted':
      return item.turn_id === null ? null : { ...turn(item.turn_id, 'interrupted'), ...ending(item) };
    default:
      return null;
  }
}

function ending({ completed_at, duration_ms }: { completed_at: bigint | null; duration_ms: bigint | null }) {
  return { completedAt: completed_at, durationMs: duration_ms };
}
