import Table from 'cli-table3';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** Spaces between two columns. */
export const GAP = 2;
const EDGES = ['top', 'bottom', 'left', 'mid', 'right'];
const noBorders = Object.fromEntries(
  EDGES.flatMap((edge) => ['', '-mid', '-left', '-right'].map((place) => [`${edge}${place}`, ''])).concat([
    ['middle', ''],
  ]),
);

/** A table without borders. The cells are one line each and safe to show. */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, i) => widestOf(all.map((row) => row[i] as string)));
  return all.map((row) => `${rowText(row, columns, widths).trimEnd()}\n`).join('');
}

/** Characters that are one column wide each: of western languages, punctuation, and the lines of trees. */
const NARROW = /^[ -~\u00a1-\u00ac\u00ae-\u02af\u2010-\u2027\u2500-\u257f]*$/;

/** Rows of narrow characters are padded here: cli-table3 takes a hundred times as long, which is felt in thousands of rows. */
function rowText(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  if (!row.every((cell) => NARROW.test(cell))) return measuredRow(row, columns, widths);
  const cells = row.map((cell, i) =>
    columns[i]?.align === 'right' ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number),
  );
  return cells.join(' '.repeat(GAP));
}

function measuredRow(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const table = new Table({
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colWidths: widths.map((width) => width + GAP),
    colAligns: columns.map(({ align }) => align),
  });
  table.push([...row]);
  return table.toString();
}

/** The width of the widest text. */
export function widestOf(texts: readonly string[]): number {
  return texts.reduce((widest, text) => Math.max(widest, widthAtMost(text)), 0);
}

/** How many terminal columns a text can take: one for a narrow character, two for any that may be wide. */
export function widthAtMost(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) as number) < 0x1100 ? 1 : 2;
  return width;
}
