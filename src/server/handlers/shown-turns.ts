import type { JsonObject } from '../../json/json-value.ts';
import type { Turn } from '../../turns/turn.ts';
import { saidIn } from '../items/said-in.ts';
import type { ThreadItems } from '../items/thread-items.ts';
import type { ServerState } from '../server-state.ts';
import { type ItemsView, turnJson } from '../wire-json.ts';

/** A turn of a thread on the wire with as much of its items as `view` says. */
export function shownTurn(turn: Turn, items: ThreadItems, view: ItemsView, { wireKeys }: ServerState): JsonObject {
  const shown = view === 'full' ? items.of(turn.id) : view === 'summary' ? inShort(items.of(turn.id)) : [];
  const error = turn.status === 'failed' ? items.errorOf(turn.id) : null;
  return turnJson(turn, wireKeys, { items: shown, itemsView: view, error });
}

/** What the user said first, and what the model said last. */
function inShort(items: readonly JsonObject[]): JsonObject[] {
  const [asked, answered] = [
    items.find(({ type }) => type === 'userMessage'),
    items.findLast(({ type }) => type === 'agentMessage'),
  ];
  return [asked, answered].filter((item) => item !== undefined);
}

/** What the user said first in these turns. */
export function firstPromptIn(turns: readonly Turn[], items: ThreadItems): string {
  const said = turns.flatMap(({ id }) => items.of(id)).find(({ type }) => type === 'userMessage');
  return said ? saidIn(said) : '';
}
