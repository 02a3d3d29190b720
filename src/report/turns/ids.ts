import { escapeControls } from '../escape-controls.ts';

/** `full` names the start of an id too, `end` only its end. */
export type IdForm = 'full' | 'end';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const START = 8;
const SHORTEST_END = 4;
/** The random part at the end of a UUIDv7. */
const LONGEST_END = 12;
/** Ids that are no UUIDs are shown as they are up to this length. */
const LONGEST_PLAIN = 16;

/** Ids short enough for a table, safe to show. As much of their ends is left as tells them apart. */
export function shortIds(ids: readonly string[], form: IdForm): string[] {
  const distinct = new Set(ids);
  for (let end = SHORTEST_END; end < LONGEST_END; end++) {
    if (new Set([...distinct].map((id) => shortened(id, end, form))).size === distinct.size) {
      return ids.map((id) => shortened(id, end, form));
    }
  }
  return ids.map((id) => shortened(id, LONGEST_END, form));
}

function shortened(id: string, end: number, form: IdForm): string {
  const shown = escapeControls(id);
  if (shown.length <= LONGEST_PLAIN && !UUID.test(shown)) return shown;
  return `${form === 'full' ? shown.slice(0, START) : ''}…${shown.slice(-end)}`;
}
