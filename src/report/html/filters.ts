import { html, type Markup } from './markup.ts';

/** A control that leaves the rows of its section that have the value which is chosen; the page's script hides the others. */
export class Filter {
  readonly #name: string;
  readonly #label: string;
  readonly #values = new Map<string, number>();

  /** `name`: rows that it is about have it as `data-NAME`. */
  constructor(name: string, label: string) {
    this.#name = name;
    this.#label = label;
  }

  /** What a row has that is shown for any of these values. */
  mark(...values: readonly string[]): Markup {
    return html`data-${this.#name}="${values.map((value) => this.#placeOf(value)).join(' ')}"`;
  }

  /** The control, for the values that were marked. */
  get control(): Markup {
    const offered = [...this.#values].filter(([value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
    return html`<label>${this.#label} <select name="${this.#name}"><option value="">all</option>${offered.map(
      ([value, place]) => html`<option value="${place}">${value}</option>`,
    )}</select></label>`;
  }

  #placeOf(value: string): number {
    const known = this.#values.get(value);
    if (known !== undefined) return known;
    this.#values.set(value, this.#values.size);
    return this.#values.size - 1;
  }
}

/** The controls of filters, after all rows were marked. */
export function filterControls(filters: readonly Filter[]): Markup {
  return html`<div class="filters" role="group" aria-label="Filters">${filters.map(({ control }) => control)}<span class="count muted" role="status"></span></div>`;
}
