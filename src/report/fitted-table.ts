import type { Style } from './style.ts';
import { type Column, GAP, tableText, widestOf, widthAtMost } from './table.ts';

/** A column that may be left out, or shortened, where the terminal is narrow. Its cells are safe to show. */
export interface FittedColumn extends Column {
  readonly cells: readonly string[];
  /** On a narrow terminal columns are left out in this order, 1 first; those without one stay. */
  readonly leftOut?: number;
  /** The column that takes the room that is left, and which end of its cells says most. */
  readonly keeps?: 'start' | 'end';
  /** What such a column shows, from its start, where its cells do not fit. */
  readonly short?: readonly string[];
}

/** As narrow as the column may become that takes the room that is left: so many columns, and this part of the table. */
const NARROWEST = 12;
const LEAST_PART = 1 / 4;

/** The columns that there is room for in `width`. Those without any text are left out. */
export function fittingColumns(all: readonly FittedColumn[], width: number): readonly FittedColumn[] {
  let columns = all.filter(({ cells }) => cells.some((cell) => cell !== ''));
  for (const next of columns.filter(({ leftOut }) => leftOut).sort((a, b) => (a.leftOut ?? 0) - (b.leftOut ?? 0))) {
    if (widthOf(columns, Math.max(NARROWEST, Math.floor(width * LEAST_PART))) <= width) break;
    columns = columns.filter((column) => column !== next);
  }
  return columns;
}

/** A table that fits into `width` columns by fewer and shorter columns. */
export function fittedTable(all: readonly FittedColumn[], style: Style, width: number): string {
  const columns = fittingColumns(all, width);
  const elastic = columns.find(({ keeps }) => keeps);
  const others = columns.filter((column) => column !== elastic);
  const room = width - widthOf(others, 0) - GAP;
  const fitting = columns.map((column) => (column === elastic ? shortened(column, Math.max(NARROWEST, room)) : column));
  const count = all[0]?.cells.length ?? 0;
  const rows = Array.from({ length: count }, (_, i) => fitting.map(({ cells }) => cells[i] as string));
  const [heading = '', ...lines] = tableText(fitting, rows).split('\n');
  return `${style.muted(heading)}\n${lines.join('\n')}`;
}

/** What the columns need: of one that can be shortened, `least`. */
function widthOf(columns: readonly FittedColumn[], least: number): number {
  const widths = columns.map(({ title, cells, keeps }) => {
    const widest = widestOf([title, ...cells]);
    return keeps ? Math.min(least, widest) : widest;
  });
  return widths.reduce((sum, each) => sum + each + GAP, -GAP);
}

function shortened(column: FittedColumn, room: number): FittedColumn {
  const { cells, short, keeps = 'start' } = column;
  const fits = widestOf(cells) <= room;
  const [shown, end] = short && !fits ? ([short, 'start'] as const) : ([cells, keeps] as const);
  return { ...column, cells: shown.map((cell) => shortenedText(cell, room, end)) };
}

/** `text` in at most `room` terminal columns, with `…` for what is left out. */
function shortenedText(text: string, room: number, keeps: 'start' | 'end'): string {
  if (widthAtMost(text) <= room) return text;
  const characters = [...text];
  while (characters.length > 0 && widthAtMost(characters.join('')) > room - 2) {
    if (keeps === 'start') characters.pop();
    else characters.shift();
  }
  return keeps === 'start' ? `${characters.join('')}…` : `…${characters.join('')}`;
}
