import { html, type Markup } from './markup.ts';

/** A part of a whole, drawn in a bar of the class `bar-own` or `bar-other`. */
export interface BarPart {
  readonly amount: number;
  readonly kind: 'bar-own' | 'bar-other';
}

/** The parts of a whole as one bar, the first one left. It repeats numbers that stand beside it, so readers skip it. */
export function bar(parts: readonly BarPart[], whole: number): Markup {
  let x = 0;
  const pieces = parts.map(({ amount, kind }) => {
    const width = whole === 0 ? 0 : (Math.max(0, amount) / whole) * 100;
    const piece = html`<rect class="${kind}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="10"></rect>`;
    x += width;
    return piece;
  });
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`;
}
