import { escapeControls } from './escape-controls.ts';

export type CsvCell = string | bigint | number | boolean | null;

/**
 * How a formula begins, in Latin and in full width: at the start of a cell, or behind a `;`, at which spreadsheets of many
 * languages cut.
 */
const FORMULA = /(^|;\s*)(?=[=+@\uff1d\uff0b\uff0d\uff20]|-.)/g;

/**
 * One line of RFC 4180. Numbers stay as they are; what a spreadsheet would take for a formula gets a `'` in front.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const shown = escapeControls(cell);
  const inert = shown.replace(FORMULA, "$1'");
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
