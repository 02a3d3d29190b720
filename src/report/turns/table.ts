import type { TurnWithUsage } from '../../accounting/thread-turns.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Column, GAP, tableText, widestOf } from '../table.ts';
import { contextBar } from './bar.ts';
import { type IdForm, shortIds } from './ids.ts';
import { durationOf, durationText, startOf, utcText } from './time.ts';

const BAR = 20;
/** On a narrow terminal the bar may shrink to this before ids do, and to the second in the end. */
const NARROW_BAR = 10;
const NARROWEST_BAR = 4;

/** What the marks of a turn mean. */
export const turnMarks: readonly {
  readonly mark: string;
  readonly meaning: string;
  readonly holds: (turn: TurnWithUsage) => boolean;
}[] = [
  { mark: 'C', meaning: 'a compaction stands in it', holds: ({ compacted }) => compacted },
  { mark: 'I', meaning: 'inherited', holds: ({ inherited }) => inherited },
  { mark: 'U', meaning: 'the restored usage is attributed to it', holds: ({ ownsUsage }) => ownsUsage },
  {
    mark: 'L',
    meaning: 'start and duration are those of its lines: no event says them',
    holds: (turn) => (startOf(turn)?.isOfLines || durationOf(turn)?.isOfLines) ?? false,
  },
];

interface Cells extends Column {
  readonly cells: readonly string[];
  /** Where the narrowest layout is too wide, columns are left out in this order, 1 first; those without one stay. */
  readonly leftOut?: number;
}

/**
 * Turns, a row each, in at most `width` columns if these will do: first the start loses its date, then the bar
 * shrinks, then the ids lose their beginnings, then there are fewer columns.
 */
export function turnsTable(turns: readonly TurnWithUsage[], style: Style, width: number): string {
  const [columns, bar] = layout(turns, width);
  const bars = turns.map(({ contextTokens, contextWindow }) => contextBar(contextTokens, contextWindow, bar, style));
  const barColumn: Cells = { title: windowTitle(turns), align: 'left', cells: bars, leftOut: 1 };
  const all = [...columns, ...(bars.some((each) => each !== '') ? [barColumn] : [])];
  const fitting = fewerOf(all, width, (column) =>
    column === barColumn ? Math.max(bar, column.title.length) : widthOf(column),
  );
  const [heading = '', ...rows] = tableText(
    fitting,
    turns.map((_, i) => fitting.map(({ cells }) => cells[i] as string)),
  )
    .trimEnd()
    .split('\n');
  const painted = rows.map((row, i) => (turns[i]?.inherited ? style.muted(row) : row));
  return [style.muted(heading), ...painted].map((line) => `${line}\n`).join('');
}

/** The columns before the bar, and how wide the bar may be. */
function layout(turns: readonly TurnWithUsage[], width: number): [Cells[], number] {
  const room = (columns: readonly Cells[]) => width - columns.reduce((sum, column) => sum + widthOf(column) + GAP, 0);
  const wide = columnsOf(turns, 'full', fullStart(turns));
  if (room(wide) >= BAR) return [wide, BAR];
  const narrow = columnsOf(turns, 'full', shortStart(turns));
  if (room(narrow) >= NARROW_BAR) return [narrow, Math.min(BAR, room(narrow))];
  const narrowest = columnsOf(turns, 'end', shortStart(turns));
  return [narrowest, Math.min(BAR, Math.max(NARROWEST_BAR, room(narrowest)))];
}

/** The columns that fit into `width`, of which each takes as much as `widthOf` says. */
function fewerOf(all: readonly Cells[], width: number, widthOf: (column: Cells) => number): readonly Cells[] {
  const leaving = all.filter(({ leftOut }) => leftOut).sort((a, b) => (a.leftOut ?? 0) - (b.leftOut ?? 0));
  let left = all;
  for (const next of leaving) {
    if (left.reduce((sum, each) => sum + widthOf(each) + GAP, -GAP) <= width) break;
    left = left.filter((each) => each !== next);
  }
  return left;
}

function widthOf({ title, cells }: Cells): number {
  return widestOf([title, ...cells]);
}

/** What no turn has is left out. */
function columnsOf(turns: readonly TurnWithUsage[], ids: IdForm, start: Cells): Cells[] {
  const text = (title: string, cells: readonly string[]): Cells => ({ title, align: 'left', cells });
  const number = (title: string, cells: readonly string[]): Cells => ({ title, align: 'right', cells });
  const columns = [
    text(
      'turn',
      shortIds(
        turns.map(({ id }) => id),
        ids,
      ),
    ),
    text(
      'status',
      turns.map(({ status }) => statusText[status]),
    ),
    { ...start, leftOut: 3 },
    { ...number('took', turns.map(tookText)), leftOut: 2 },
    number(
      'own usage',
      turns.map(({ ownUsage }) => (ownUsage ? grouped(ownUsage.total_tokens) : 'none')),
    ),
    {
      ...number(
        'context',
        turns.map(({ contextTokens }) => (contextTokens === null ? '' : grouped(contextTokens))),
      ),
      leftOut: 4,
    },
    text('', turns.map(marksOf)),
  ];
  return columns.filter(({ cells }) => cells.some((cell) => cell !== ''));
}

/** The statuses of a turn in words. */
export const statusText: Record<TurnWithUsage['status'], string> = {
  completed: 'completed',
  interrupted: 'interrupted',
  failed: 'failed',
  inProgress: 'in progress',
};

/** How long a turn took, in words; empty where that is not known. */
export function tookText(turn: TurnWithUsage): string {
  const duration = durationOf(turn);
  return duration === null ? '' : durationText(duration.value);
}

function marksOf(turn: TurnWithUsage): string {
  return turnMarks.map(({ mark, holds }) => (holds(turn) ? mark : '')).join('');
}

function fullStart(turns: readonly TurnWithUsage[]): Cells {
  return { title: 'start (UTC)', align: 'left', cells: startsOf(turns) };
}

/** `HH:MM:SS` below the day, or `MM-DD HH:MM` when there are several. */
function shortStart(turns: readonly TurnWithUsage[]): Cells {
  const starts = startsOf(turns);
  const days = new Set(starts.filter((start) => start !== '').map((start) => start.slice(0, -9)));
  const [day = ''] = days;
  if (days.size > 1) return { title: 'start (UTC)', align: 'left', cells: starts.map((start) => start.slice(-14, -3)) };
  return { title: `${day.slice(-5)} UTC`, align: 'left', cells: starts.map((start) => start.slice(-8)) };
}

function startsOf(turns: readonly TurnWithUsage[]): string[] {
  return turns.map((turn) => {
    const start = startOf(turn);
    return start === null ? '' : utcText(start.value);
  });
}

function windowTitle(turns: readonly TurnWithUsage[]): string {
  const windows = new Set(turns.map(({ contextWindow }) => contextWindow).filter((window) => window !== null));
  const [only] = windows;
  return windows.size === 1 && only !== undefined ? `of ${grouped(only)}` : 'of the window';
}
