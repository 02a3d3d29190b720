import type { TurnRules } from '../codex/era.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import type { Turn, TurnStatus } from './turn.ts';

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
  readonly #finished: OpenTurn[] = [];
  /** The place of the first finished turn with an id. */
  readonly #places = new Map<string, number>();
  #current: OpenTurn | undefined;
  #next: number;

  /** `firstIndex`: how many items stand in front of the first one that is added. */
  constructor(rules: TurnRules, firstIndex = 0) {
    this.#rules = rules;
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
    const position = this.#current ? this.#finished.length : this.#finished.length - 1;
    const turn = this.#current ?? this.#finished.at(-1);
    return turn ? { id: turn.id, position } : null;
  }

  /** Whose usage is that stands here. */
  owner(): UsageOwner {
    return { turn: this.turnHere(), explicitId: this.#current?.explicit ? this.#current.id : null };
  }

  /** The turn that is open now, if a `task_started` opened it. */
  openExplicitTurn(): { readonly id: string; readonly status: TurnStatus } | null {
    return this.#current?.explicit ? this.#current : null;
  }

  /** All turns so far; the builder goes on as before. */
  turns(): Turn[] {
    const all = this.#current && isKept(this.#current) ? [...this.#finished, this.#current] : this.#finished;
    return all.map(({ isEmpty: _, ...turn }) => turn);
  }

  #ensure(index: number, { timestamp }: RolloutItem): OpenTurn {
    this.#current ??= openTurn(`rollout-${index}`, false, 'completed', null, timestamp);
    return this.#current;
  }

  #finish(): void {
    const turn = this.#current;
    if (turn && isKept(turn)) {
      if (!this.#places.has(turn.id)) this.#places.set(turn.id, this.#finished.length);
      this.#finished.push(turn);
    }
    this.#current = undefined;
  }

  #takeAway(count: number): void {
    const left = Math.max(0, this.#finished.length - count);
    for (const [i, { id }] of this.#finished.slice(left).entries()) {
      if (this.#places.get(id) === left + i) this.#places.delete(id);
    }
    this.#finished.length = left;
  }

  /** The first finished turn with this id. */
  #earlier(id: string): OpenTurn | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#finished[place];
  }

  #complete({ turn_id, failed, completed_at, duration_ms, timestamp }: RolloutItem & { kind: 'task_complete' }): void {
    const isCurrent = this.#current?.id === turn_id;
    const earlier = isCurrent ? undefined : this.#earlier(turn_id);
    const turn = earlier ?? this.#current;
    if (!turn) return;
    if (failed && this.#rules.completionFails) turn.status = 'failed';
    else if (turn.status === 'inProgress') turn.status = 'completed';
    turn.completedAt = completed_at;
    turn.durationMs = duration_ms;
    turn.lastLineAt = timestamp;
    if (!earlier) this.#finish();
  }

  #abort({ turn_id, completed_at, duration_ms, timestamp }: RolloutItem & { kind: 'turn_aborted' }): void {
    const isCurrent = turn_id === null || this.#current?.id === turn_id;
    const earlier = isCurrent ? undefined : this.#earlier(turn_id);
    const isSpared = !isCurrent && this.#rules.abortCloses && this.#current?.explicit;
    const turn = earlier ?? (isSpared ? undefined : this.#current);
    if (!turn) return;
    turn.status = 'interrupted';
    turn.completedAt = completed_at;
    turn.durationMs = duration_ms;
    turn.lastLineAt = timestamp;
    if (!earlier && this.#rules.abortCloses) this.#finish();
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
