import type { CauseSize, KindSize } from '../../size/rollout-size.ts';
import { escapeControls } from '../escape-controls.ts';
import { fittedTable } from '../fitted-table.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { shareBar, shareText } from './amounts.ts';

const BAR = 20;
/** Terminals of fewer columns show no bars. */
const WITH_BAR = 72;
/** Kinds that are named one by one. */
const NAMED_KINDS = 12;

/** Why the bytes are there, largest first, as a table, with bars where `width` has room for them. */
export function causeTable(causes: readonly CauseSize[], whole: number, style: Style, width: number): string {
  const table = fittedTable(
    [
      { title: 'cause', align: 'left', cells: causes.map(({ name }) => name), keeps: 'start' },
      { title: 'bytes', align: 'right', cells: causes.map(({ bytes }) => grouped(bytes)) },
      { title: 'share', align: 'right', cells: causes.map(({ bytes }) => shareText(bytes, whole)) },
    ],
    style,
    width,
  );
  if (width < WITH_BAR) return table;
  const bars = ['', ...causes.map(({ bytes }) => `  ${shareBar(bytes, whole, BAR)}`)];
  return table.replace(/\n/g, () => `${bars.shift() ?? ''}\n`);
}

/** The kinds of lines, largest first; the small ones together. */
export function kindTable(kinds: readonly KindSize[], whole: number, style: Style, width: number): string {
  const named = kinds.length > NAMED_KINDS + 1 ? kinds.slice(0, NAMED_KINDS) : kinds;
  const others = kinds.slice(named.length);
  const sum = (key: 'records' | 'bytes') => others.reduce((total, kind) => total + kind[key], 0);
  const rest =
    others.length === 0 ? [] : [{ kind: `${others.length} more`, records: sum('records'), bytes: sum('bytes') }];
  const rows = [...named, ...rest];
  return fittedTable(
    [
      { title: 'kind of line', align: 'left', cells: rows.map(({ kind }) => escapeControls(kind)), keeps: 'start' },
      { title: 'lines', align: 'right', leftOut: 1, cells: rows.map(({ records }) => grouped(records)) },
      { title: 'bytes', align: 'right', cells: rows.map(({ bytes }) => grouped(bytes)) },
      { title: 'share', align: 'right', cells: rows.map(({ bytes }) => shareText(bytes, whole)) },
    ],
    style,
    width,
  );
}

/** From this size on there is something to do. */
const WORTH_ADVICE = 1_000_000;

/** What can be done about the causes that make up most. */
export function adviceLines(causes: readonly CauseSize[], whole: number): string[] {
  if (whole < WORTH_ADVICE) return [];
  return causes
    .filter(({ bytes }) => bytes * 5 >= whole)
    .map(({ name, message, advice }) => `${name}: ${message}. What helps: ${advice}.`);
}
