import { html, type Markup } from './markup.ts';

/** What a list may be narrowed to. */
export interface Filter {
  /** The rows that it is about have it as `data-NAME`. */
  readonly name: string;
  readonly label: string;
  /** What the rows have there; each is offered once. */
  readonly values: readonly string[];
}

/** Controls that leave the rows of a section with the values that are chosen: its script hides the others. */
export function filterControls(filters: readonly Filter[]): Markup {
  return html`<div class="filters">${filters.map(({ name, label, values }) => {
    const offered = [...new Set(values)].filter((value) => value !== '').sort();
    return html`<label>${label} <select name="${name}"><option value="">all</option>${offered.map(
      (value) => html`<option value="${value}">${value}</option>`,
    )}</select></label>`;
  })}</div>`;
}
