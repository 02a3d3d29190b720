import type { CauseSize, KindSize } from '../../size/rollout-size.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Column, tableText } from '../table.ts';
import { shareBar, shareText } from './amounts.ts';

const BAR = 20;
/** Kinds that are named one by one. */
const NAMED_KINDS = 12;

const causeColumns: readonly Column[] = [
  { title: 'cause', align: 'left' },
  { title: 'bytes', align: 'right' },
  { title: 'share', align: 'right' },
  { title: '', align: 'left' },
];
const kindColumns: readonly Column[] = [
  { title: 'kind of line', align: 'left' },
  { title: 'lines', align: 'right' },
  { title: 'bytes', align: 'right' },
  { title: 'share', align: 'right' },
];

/** Why the bytes are there, largest first, as a table with bars. */
export function causeTable(causes: readonly CauseSize[], whole: number, style: Style): string {
  const rows = causes.map(({ name, bytes }) => [
    name,
    grouped(bytes),
    shareText(bytes, whole),
    shareBar(bytes, whole, BAR),
  ]);
  return headed(tableText(causeColumns, rows), style);
}

/** The kinds of lines, largest first; the small ones together. */
export function kindTable(kinds: readonly KindSize[], whole: number, style: Style): string {
  const named = kinds.length > NAMED_KINDS + 1 ? kinds.slice(0, NAMED_KINDS) : kinds;
  const others = kinds.slice(named.length);
  const sum = (key: 'records' | 'bytes') => others.reduce((total, kind) => total + kind[key], 0);
  const rest =
    others.length === 0 ? [] : [{ kind: `${others.length} more`, records: sum('records'), bytes: sum('bytes') }];
  const rows = [...named, ...rest].map(({ kind, records, bytes }) => [
    escapeControls(kind),
    grouped(records),
    grouped(bytes),
    shareText(bytes, whole),
  ]);
  return headed(tableText(kindColumns, rows), style);
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

function headed(table: string, style: Style): string {
  const [heading = '', ...rows] = table.split('\n');
  return [style.muted(heading), ...rows].join('\n');
}
