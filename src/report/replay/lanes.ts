import type { TranscriptEntry } from '../../wire/transcript.ts';
import { html, type Markup } from '../html/markup.ts';
import type { Summary } from './summary.ts';

/** In pixels. */
const MARGIN = 28;
const GAP = 76;
const NARROWEST = 12;
/** So wide are many lanes at most. */
const WIDEST = 620;
const ARROW_AT = 16;
const HEAD = 6;
const BAND = 8;

/**
 * The lanes of a sequence diagram, a piece for each row: the connections, then the server. What pieces are made of is drawn
 * once, in `shapes`, and referred to, since there may be tens of thousands of rows.
 */
export class Lanes {
  readonly #names: readonly string[];
  readonly #gap: number;
  /** How many requests wait for an answer on each lane. */
  readonly #waiting = new Map<string, number>();

  /** `connections`: in the order in which they spoke, any number of times. */
  constructor(connections: readonly string[]) {
    const names = [...new Set(connections)];
    // The client, whose requests are judged, stands first, where there is one of that name.
    const others = names.filter((name) => name !== 'client');
    this.#names = [...(others.length < names.length ? ['client'] : []), ...others, 'server'];
    this.#gap = Math.max(NARROWEST, Math.min(GAP, Math.floor(WIDEST / (this.#names.length - 1))));
  }

  /** The names above the lanes, those that have room. */
  names(): Markup {
    const room = Math.ceil((GAP * 0.6) / this.#gap);
    const labels = this.#names.map((name, i) =>
      i % room === 0 || name === 'server'
        ? html`<text x="${this.#at(name)}" y="14" text-anchor="middle">${name}</text>`
        : html``,
    );
    return html`<span class="place"></span><span class="time">ms</span><svg width="${this.#width}" height="20">${labels}</svg>`;
  }

  /** What `message` and `missing` refer to. */
  shapes(): Markup {
    const lines = this.#names.map((name) => html`<line class="lane" ${this.#x(name)} y1="0" y2="100%"></line>`);
    const arrows = this.#names
      .slice(0, -1)
      .flatMap((name, i) => [
        html`<g id="to-${i}">${this.#arrow('server', name)}</g>`,
        html`<g id="of-${i}">${this.#arrow(name, 'server')}</g>`,
      ]);
    const bands = this.#names.flatMap((name, i) => {
      const x = this.#at(name) - BAND / 2;
      return [
        html`<rect id="up-${i}" class="pending" x="${x}" y="0" width="${BAND}" height="${ARROW_AT}"></rect>`,
        html`<rect id="down-${i}" class="pending" x="${x}" y="${ARROW_AT}" width="${BAND}" height="100%"></rect>`,
      ];
    });
    return html`<svg class="shapes" width="0" height="0" aria-hidden="true"><defs><g id="lanes">${lines}</g>${arrows}${bands}</defs></svg>`;
  }

  /** The piece for a message: an arrow from its sender to its receiver, and the bands of requests that wait. */
  message({ connection, direction }: TranscriptEntry, kind: Summary['kind']): Markup {
    const isSent = direction === 'sent';
    const before = new Map(this.#waiting);
    if (kind === 'request') this.#add(isSent ? 'server' : connection, 1);
    if (kind === 'response' || kind === 'error') this.#add(isSent ? connection : 'server', -1);
    return this.#piece(before, [connection], isSent);
  }

  /** The piece for notifications in a row, to or from these connections. */
  run(connections: readonly string[], direction: TranscriptEntry['direction']): Markup {
    return this.#piece(this.#waiting, connections, direction === 'sent');
  }

  /** The piece for a notification that should have reached `connection` and did not. */
  missing(connection: string): Markup {
    return this.#piece(this.#waiting, [connection], false);
  }

  #piece(before: ReadonlyMap<string, number>, connections: readonly string[], isSent: boolean): Markup {
    const bands = this.#names.flatMap((name, i) => [
      ...((before.get(name) ?? 0) > 0 ? [use(`up-${i}`)] : []),
      ...((this.#waiting.get(name) ?? 0) > 0 ? [use(`down-${i}`)] : []),
    ]);
    const arrows = connections.map((name) => use(`${isSent ? 'of' : 'to'}-${this.#names.indexOf(name)}`));
    return html`<svg class="lanes" width="${this.#width}" aria-hidden="true">${use('lanes')}${bands}${arrows}</svg>`;
  }

  #arrow(from: string, to: string): Markup {
    const [start, end] = [this.#at(from), this.#at(to)];
    const back = end > start ? -HEAD : HEAD;
    const head = `${end},${ARROW_AT} ${end + back},${ARROW_AT - HEAD / 2} ${end + back},${ARROW_AT + HEAD / 2}`;
    return html`<line class="arrow" x1="${start}" x2="${end + back}" y1="${ARROW_AT}" y2="${ARROW_AT}"></line><polygon class="head" points="${head}"></polygon>`;
  }

  #add(name: string, count: number): void {
    this.#waiting.set(name, Math.max(0, (this.#waiting.get(name) ?? 0) + count));
  }

  #x(name: string): Markup {
    return html`x1="${this.#at(name)}" x2="${this.#at(name)}"`;
  }

  #at(name: string): number {
    return MARGIN + this.#names.lastIndexOf(name) * this.#gap;
  }

  get #width(): number {
    return 2 * MARGIN + (this.#names.length - 1) * this.#gap;
  }
}

function use(id: string): Markup {
  return html`<use href="#${id}"></use>`;
}
