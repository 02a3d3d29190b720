import { basename } from 'node:path';
import { escapeControls } from './escape-controls.ts';
import type { FittedColumn } from './fitted-table.ts';
import { type Place, shortPath } from './short-path.ts';

/** A column that names rollouts: by their paths as seen from `place`, or by their threads where there is no room for these. */
export function rolloutColumn(
  rollouts: readonly { readonly path: string; readonly threadId: string | null }[],
  place: Place | null,
): FittedColumn {
  return {
    title: 'rollout',
    align: 'left',
    cells: rollouts.map(({ path }) => escapeControls(shortPath(path, place))),
    short: rollouts.map(({ path, threadId }) => escapeControls(threadId ?? basename(path))),
    keeps: 'end',
  };
}
