import { escapeControls } from './escape-controls.ts';

export type CsvCell = string | bigint | number | boolean | null;

/**
 * One line of RFC 4180. Numbers stay as they are; a text that a spreadsheet would take for a formula gets a `'` in
 * front.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const shown = escapeControls(cell);
  const inert = /^(?:[=+@]|-.)/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
