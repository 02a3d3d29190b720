import type { TurnRules } from '../codex/era.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { LazyList } from './lazy-list.ts';
import type { Turn, TurnStatus } from './turn.ts';
import type { TurnIds } from './turn-ids.ts';
import { TurnTable } from './turn-table.ts';

interface OpenTurn {
  readonly id: string;
  readonly explicit: boolean;
  readonly startedAt: bigint | null;
  status: TurnStatus;
  completedAt: bigint | null;
  durationMs: bigint | null;
  compacted: boolean;
  readonly firstLineAt: string;
  lastLineAt: string;
  isEmpty: boolean;
}

/** The turn that usage stands in (docs/codex.md 7.1). */
export interface UsageOwner {
  /** The turn open at the record, else the one finished last before it. Null when there was none yet. */
  readonly turn: { readonly id: string; readonly position: number } | null;
  /** The turn open at the record, if a `task_started` opened that. */
  readonly explicitId: string | null;
}

/**
 * Rebuilds turns from a rollout's items, in order (docs/codex.md 6). A turn without an id of its own is called
 * `rollout-<N>`, N being the place of the item that opened it among all items, from 0.
 */
export class TurnBuilder {
  readonly #rules: TurnRules;
  /** Of the finished turns. */
  readonly #table: TurnTable | null;
  readonly #ids: TurnIds;
  #current: OpenTurn | undefined;
  #next: number;

  /**
   * @param kept takes the turns, or only their ids
   * @param firstIndex how many items stand in front of the first one that is added
   */
  constructor(rules: TurnRules, kept: TurnTable | TurnIds, firstIndex = 0) {
    this.#rules = rules;
    this.#table = kept instanceof TurnTable ? kept : null;
    this.#ids = kept instanceof TurnTable ? kept.ids : kept;
    this.#next = firstIndex;
  }

  add(item: RolloutItem): void {
    const index = this.#next++;
    switch (item.kind) {
      case 'task_started':
        this.#finish();
        this.#current = openTurn(item.turn_id, true, 'inProgress', item.started_at, item.timestamp);
        break;
      case 'task_complete':
        this.#complete(item);
        break;
      case 'turn_aborted':
        this.#abort(item);
        break;
      case 'user_message':
        // A second message of the user begins a new implicit turn; in an explicit one it steers.
        if (this.#current && !this.#current.explicit && !(this.#current.compacted && this.#current.isEmpty))
          this.#finish();
        this.#ensure(index, item).isEmpty = false;
        break;
      case 'turn_item':
        this.#ensure(index, item).isEmpty = false;
        break;
      case 'response_item':
        if (item.is_hook_prompt) this.#ensure(index, item).isEmpty = false;
        break;
      case 'compacted':
        this.#ensure(index, item).compacted = true;
        break;
      case 'error':
        if (this.#current) this.#current.status = 'failed';
        break;
      case 'thread_rolled_back':
        this.#finish();
        this.#takeAway(Number(item.num_turns));
        break;
      default:
    }
    if (this.#current) this.#current.lastLineAt = item.timestamp;
  }

  /** The turn that an item would stand in now: the open one, else the one finished last. `position`: its place. */
  turnHere(): UsageOwner['turn'] {
    const position = this.#current ? this.#ids.length : this.#ids.length - 1;
    const id = this.#current?.id ?? this.#ids.last;
    return id === undefined ? null : { id, position };
  }

  /** The place of the first turn with this id, the open one among them; undefined when there is none. */
  placeOf(id: string): number | undefined {
    return this.#ids.placeOf(id) ?? (this.#current?.id === id ? this.#ids.length : undefined);
  }

  /** Whose usage is that stands here. */
  owner(): UsageOwner {
    return { turn: this.turnHere(), explicitId: this.#current?.explicit ? this.#current.id : null };
  }

  /** The turn that is open now, if a `task_started` opened it. */
  openExplicitTurn(): { readonly id: string; readonly status: TurnStatus } | null {
    return this.#current?.explicit ? this.#current : null;
  }

  /** All turns so far; the builder goes on as before. None without a table. */
  turns(): LazyList<Turn> {
    if (!this.#table) return LazyList.of<Turn>([]);
    const finished = this.#table.turns();
    if (!this.#current || !isKept(this.#current)) return finished;
    const { isEmpty: _, ...turn } = this.#current;
    return finished.concat(LazyList.of<Turn>([turn]));
  }

  #ensure(index: number, { timestamp }: RolloutItem): OpenTurn {
    this.#current ??= openTurn(`rollout-${index}`, false, 'completed', null, timestamp);
    return this.#current;
  }

  #finish(): void {
    const turn = this.#current;
    if (turn && isKept(turn)) {
      if (this.#table) this.#table.push(turn);
      else this.#ids.push(turn.id);
    }
    this.#current = undefined;
  }

  #takeAway(count: number): void {
    (this.#table ?? this.#ids).truncate(Math.max(0, this.#ids.length - count));
  }

  #complete({ turn_id, failed, completed_at, duration_ms, timestamp }: RolloutItem & { kind: 'task_complete' }): void {
    const isCurrent = this.#current?.id === turn_id;
    const place = isCurrent ? undefined : this.#ids.placeOf(turn_id);
    const turn = place === undefined ? this.#current : this.#table?.at(place);
    if (!turn) return;
    const status = turn.status === 'inProgress' ? 'completed' : turn.status;
    this.#end(place, failed && this.#rules.completionFails ? 'failed' : status, completed_at, duration_ms, timestamp);
    if (place === undefined) this.#finish();
  }

  #abort({ turn_id, completed_at, duration_ms, timestamp }: RolloutItem & { kind: 'turn_aborted' }): void {
    const isCurrent = turn_id === null || this.#current?.id === turn_id;
    const place = isCurrent ? undefined : this.#ids.placeOf(turn_id);
    const isSpared = !isCurrent && this.#rules.abortCloses && this.#current?.explicit;
    if (place === undefined && (isSpared || !this.#current)) return;
    this.#end(place, 'interrupted', completed_at, duration_ms, timestamp);
    if (place === undefined && this.#rules.abortCloses) this.#finish();
  }

  /** Writes how a turn ended: the finished one at `place`, else the open one. */
  #end(
    place: number | undefined,
    status: TurnStatus,
    completedAt: bigint | null,
    durationMs: bigint | null,
    lastLineAt: string,
  ): void {
    const ending = { status, completedAt, durationMs, lastLineAt };
    if (place !== undefined) this.#table?.set(place, { ...this.#table.at(place), ...ending });
    else if (this.#current) Object.assign(this.#current, ending);
  }
}

/** An implicit turn that holds nothing never was. */
function isKept({ explicit, isEmpty, compacted }: OpenTurn): boolean {
  return explicit || !isEmpty || compacted;
}

function openTurn(
  id: string,
  explicit: boolean,
  status: TurnStatus,
  startedAt: bigint | null,
  firstLineAt: string,
): OpenTurn {
  return {
    id,
    explicit,
    status,
    startedAt,
    completedAt: null,
    durationMs: null,
    compacted: false,
    firstLineAt,
    lastLineAt: firstLineAt,
    isEmpty: true,
  };
}
