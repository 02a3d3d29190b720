import { type Content, html, type Markup } from './markup.ts';
import { ROWS_SHOWN } from './page-script.ts';

/** A part of a page with a heading. `about`: a sentence that says how to read it, or null. */
export function section(heading: string, about: string | null, ...contents: readonly Content[]): Markup {
  const lead = about === null ? null : html`<p class="about">${about}</p>`;
  return html`<section>
<h2>${heading}</h2>
${lead}
${contents.map((content) => html`${content}`)}
</section>`;
}

/** Names and values, a row each. */
export function facts(rows: readonly (readonly [name: string, value: Content])[]): Markup {
  return html`<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  /** Numbers are aligned to the right. */
  readonly isNumber?: boolean;
  /** Sentences are not squeezed on a narrow page. */
  readonly isLong?: boolean;
  readonly cell: (row: Row, place: number) => Content;
}

/** A table with a caption for screen readers. Rows beyond the first `ROWS_SHOWN` are added on demand. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  const [head, ...columnsAfter] = columns;
  const classOf = ({ isNumber, isLong }: Column<Row>) => (isNumber ? 'number' : isLong ? 'long' : 'text');
  const rowOf = (row: Row, place: number): Markup =>
    html`<tr>${head ? html`<th scope="row" class="${classOf(head)}">${head.cell(row, place)}</th>` : null}${columnsAfter.map(
      (column) => html`<td class="${classOf(column)}">${column.cell(row, place)}</td>`,
    )}</tr>`;
  const heads = columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.title}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${heads}</tr></thead>
${inPages(rows.map(rowOf), (shown) => html`<tbody class="rows">${shown}</tbody>`)}
</table></div>${moreButton(rows.length, 'rows')}`;
}

/**
 * A long list: the first `ROWS_SHOWN` items inside the element that `list` makes, which has the class `rows`, the others in
 * templates after it, from which the page's script takes them.
 */
export function inPages(items: readonly Markup[], list: (shown: readonly Markup[]) => Markup): Markup {
  const pages: Markup[] = [];
  for (let from = ROWS_SHOWN; from < items.length; from += ROWS_SHOWN) {
    pages.push(html`<template class="more-rows">${items.slice(from, from + ROWS_SHOWN)}</template>`);
  }
  return html`${list(items.slice(0, ROWS_SHOWN))}${pages}`;
}

/** The button that shows the next items of a list `inPages`; nothing for a short one. */
export function moreButton(count: number, what: string): Markup | null {
  if (count <= ROWS_SHOWN) return null;
  return html`<p class="more"><button type="button" class="show-more">Show ${ROWS_SHOWN} more of ${count} ${what}</button></p>`;
}
