import type { Era } from '../codex/era.ts';
import type { RolloutItem } from '../rollout/records/record.ts';
import { ContextView } from '../turns/context-view.ts';
import type { KnownIds } from '../turns/known-ids.ts';
import { TurnIds } from '../turns/turn-ids.ts';

/** What was read since a compaction, and whether a turn followed that. */
interface SinceCompaction {
  readonly view: ContextView;
  hasTurnContext: boolean;
  hasLaterTurn: boolean;
}

/**
 * What is read for the model. A paginated rollout is read backward, no further than to a session_meta that stands in its
 * middle, and to its last compaction if that is resumable and the era begins there (docs/codex.md 4.5, 8.4). Since the
 * records come forward here, what was seen before such a place is forgotten.
 */
export class ModelContext {
  readonly #era: Era;
  readonly #isPaginated: boolean;
  readonly #known: KnownIds;
  #whole: ContextView;
  #since: SinceCompaction | null = null;

  constructor(era: Era, isPaginated: boolean, known: KnownIds) {
    this.#era = era;
    this.#isPaginated = isPaginated;
    this.#known = known;
    this.#whole = this.#newView();
  }

  /** `isHead`: it is the session_meta that its rollout begins with. */
  add(item: RolloutItem, isHead: boolean): void {
    if (this.#isPaginated && item.kind === 'session_meta' && !isHead) {
      this.#whole = this.#newView();
      this.#since = null;
    }
    if (this.#isPaginated && item.kind === 'compacted') {
      this.#since = item.isResumable ? { view: this.#newView(), hasTurnContext: false, hasLaterTurn: false } : null;
    }
    this.#whole.add(item);
    if (!this.#since) return;
    this.#since.view.add(item);
    if (item.kind === 'task_started') this.#since.hasTurnContext = false;
    if (item.kind === 'turn_context') this.#since.hasTurnContext = true;
    if (item.kind === 'response_item' && item.is_user_message && this.#since.hasTurnContext)
      this.#since.hasLaterTurn = true;
  }

  #newView(): ContextView {
    return new ContextView(this.#era, new TurnIds(this.#known));
  }

  /** What is read when reading begins at a compaction under this condition. */
  view(startsAtCompaction: Era['startsAtCompaction']): ContextView {
    const since = this.#since;
    const begins =
      startsAtCompaction === 'always' || (startsAtCompaction === 'with a later turn' && since?.hasLaterTurn);
    return since && begins ? since.view : this.#whole;
  }
}
