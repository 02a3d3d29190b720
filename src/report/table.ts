import Table from 'cli-table3';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

/** cli-table3's time grows with the square of the rows, so it gets them in parts. */
const PART = 200;
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
  const colWidths = columns.map((_, i) => widestOf(all.map((row) => row[i] as string)) + GAP);
  const lines: string[] = [];
  for (let start = 0; start < all.length; start += PART) {
    const table = new Table({
      chars: noBorders,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
      colWidths,
      colAligns: columns.map(({ align }) => align),
    });
    table.push(...all.slice(start, start + PART).map((row) => [...row]));
    lines.push(...table.toString().split('\n'));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
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
