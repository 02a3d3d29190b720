import type { TranscriptEntry } from '../../wire/transcript.ts';
import { html, type Markup } from '../html/markup.ts';
import type { Summary } from './summary.ts';

/** In pixels. */
const MARGIN = 28;
const GAP = 76;
const ARROW_AT = 16;
const HEAD = 6;
const BAND = 8;

/** The lanes of a sequence diagram, a piece for each row: the connections in the order in which they spoke, then the server. */
export class Lanes {
  readonly #names: readonly string[];
  /** How many requests wait for an answer on each lane. */
  readonly #waiting = new Map<string, number>();

  constructor(connections: readonly string[]) {
    this.#names = [...new Set(connections), 'server'];
  }

  names(): Markup {
    const labels = this.#names.map(
      (name) => html`<text x="${this.#at(name)}" y="14" text-anchor="middle">${name}</text>`,
    );
    return html`<span class="time"></span><svg width="${this.#width}" height="20">${labels}</svg>`;
  }

  /** The piece for a message: an arrow from its sender to its receiver, and the bands of requests that wait. */
  message({ connection, direction }: TranscriptEntry, kind: Summary['kind']): Markup {
    const [from, to] = direction === 'sent' ? [connection, 'server'] : ['server', connection];
    const before = new Map(this.#waiting);
    if (kind === 'request') this.#add(to, 1);
    if (kind === 'response' || kind === 'error') this.#add(from, -1);
    return this.#piece(before, this.#arrow(from, to));
  }

  /** The piece for a notification that should have reached `connection` and did not. */
  missing(connection: string): Markup {
    return this.#piece(this.#waiting, this.#arrow('server', connection));
  }

  #piece(before: ReadonlyMap<string, number>, arrow: Markup): Markup {
    const lines = this.#names.map(
      (name) => html`<line class="lane" x1="${this.#at(name)}" x2="${this.#at(name)}" y1="0" y2="100%"></line>`,
    );
    const bands = this.#names.flatMap((name) => this.#bands(name, before.get(name) ?? 0));
    return html`<svg class="lanes" width="${this.#width}" aria-hidden="true">${lines}${bands}${arrow}</svg>`;
  }

  #bands(name: string, before: number): Markup[] {
    const x = this.#at(name) - BAND / 2;
    const after = this.#waiting.get(name) ?? 0;
    return [
      ...(before > 0 ? [html`<rect class="pending" x="${x}" y="0" width="${BAND}" height="${ARROW_AT}"></rect>`] : []),
      ...(after > 0
        ? [html`<rect class="pending" x="${x}" y="${ARROW_AT}" width="${BAND}" height="100%"></rect>`]
        : []),
    ];
  }

  #arrow(from: string, to: string): Markup {
    const [start, end] = [this.#at(from), this.#at(to)];
    const back = end > start ? -HEAD : HEAD;
    const head = `${end},${ARROW_AT} ${end + back},${ARROW_AT - HEAD / 2} ${end + back},${ARROW_AT + HEAD / 2}`;
    return html`<g class="arrow"><line x1="${start}" x2="${end + back}" y1="${ARROW_AT}" y2="${ARROW_AT}"></line><polygon points="${head}"></polygon></g>`;
  }

  #add(name: string, count: number): void {
    this.#waiting.set(name, Math.max(0, (this.#waiting.get(name) ?? 0) + count));
  }

  #at(name: string): number {
    return MARGIN + this.#names.indexOf(name) * GAP;
  }

  get #width(): number {
    return 2 * MARGIN + (this.#names.length - 1) * GAP;
  }
}
