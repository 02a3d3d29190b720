import { html, type Markup } from './markup.ts';

/** A part of a whole. */
export interface BarPart {
  readonly amount: number;
  /** What it is drawn as: strong, pale, left empty, or by what became of something. */
  readonly kind: 'bar-own' | 'bar-other' | 'bar-gap' | 'bar-same' | 'bar-changed' | 'bar-worse' | 'bar-better';
  /** Shown when it is pointed at. */
  readonly title?: string;
}

/** The parts of a whole as one bar, the first one left. It repeats what stands beside it, so screen readers skip it. */
export function bar(parts: readonly BarPart[], whole: number): Markup {
  let x = 0;
  const pieces = parts.map(({ amount, kind, title }) => {
    const width = whole === 0 ? 0 : (Math.max(0, amount) / whole) * 100;
    const start = x;
    x += width;
    if (kind === 'bar-gap') return html``;
    const name = title === undefined ? null : html`<title>${title}</title>`;
    return html`<rect class="${kind}" x="${start.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="10">${name}</rect>`;
  });
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`;
}
