import type { TranscriptEntry } from '../../wire/transcript.ts';
import { Filter } from '../html/filters.ts';
import { html, type Markup } from '../html/markup.ts';
import { grouped } from '../numbers.ts';
import type { Exchanges } from './exchanges.ts';
import { Lanes } from './lanes.ts';
import type { Told } from './runs.ts';

/** What stands beside a message, or in place of one that did not come. */
export interface Remark {
  /** The message that it is about, by its `seq`. */
  readonly seq: number;
  readonly text: string;
  /** Nothing is wrong: it says what the message is. */
  readonly isGood: boolean;
  /** It is about a notification that should have come after that message and did not. */
  readonly missing: string | null;
}

const USAGE = 'thread/tokenUsage/updated';

/** Makes the rows of a sequence diagram, in their order: each message, and each run of them, opens to its bodies. */
export class MessageRows {
  readonly method = new Filter('method', 'Method');
  readonly connection = new Filter('connection', 'Connection');
  readonly lanes: Lanes;
  readonly #exchanges: Exchanges;
  readonly #startMs: number;

  /** `startMs`: what the times count from, in milliseconds since the transcript began. */
  constructor(connections: readonly string[], exchanges: Exchanges, startMs: number) {
    this.lanes = new Lanes(connections);
    this.#exchanges = exchanges;
    this.#startMs = startMs;
  }

  message({ entry, summary: { kind, method, words } }: Told, remarks: readonly Remark[]): Markup {
    const { seq, atMs, connection, direction } = entry;
    const sender = direction === 'sent' ? `${connection} to server` : `server to ${connection}`;
    const badges = remarks
      .filter(({ missing }) => missing === null)
      .map(({ text, isGood }) => html` <span class="badge ${isGood ? 'good' : 'bad'}">${text}</span>`);
    return html`<li id="m${seq}" class="${method === USAGE ? 'usage' : kind}" ${this.#marks(method, [connection])}><details data-bodies="${seq}"><summary class="row"><span class="place">${seq}</span><span class="time">${this.#time(atMs)}</span>${this.lanes.message(entry, kind)}<span class="what"><span class="unseen">${sender}: </span><span class="code">${method}</span> <span class="muted">${kind}</span> ${words}${this.#partner(entry, kind)}${badges}</span></summary></details></li>
`;
  }

  /** One row for notifications of one method in a row. */
  run(run: readonly [Told, ...Told[]], last: TranscriptEntry): Markup {
    const [{ entry, summary }] = run;
    const { method } = summary;
    const connections = [...new Set(run.map((each) => each.entry.connection))];
    const sender =
      entry.direction === 'sent' ? `${connections.join(' and ')} to server` : `server to ${connections.join(' and ')}`;
    return html`<li id="m${entry.seq}" class="run${method === USAGE ? ' usage' : ''}" ${this.#marks(method, connections)}><details data-bodies="${entry.seq} ${last.seq}"><summary class="row"><span class="place">${entry.seq}</span><span class="time">${this.#time(entry.atMs)}</span>${this.lanes.run(connections, entry.direction)}<span class="what"><span class="unseen">${sender}: </span><span class="code">${method}</span> <span class="muted">${grouped(run.length)} notifications in ${elapsed(entry.atMs, last.atMs)} ms, to message ${last.seq}</span></span></summary></details></li>
`;
  }

  /** The row in the place of a notification that should have followed `entry`. */
  missing({ connection }: TranscriptEntry, missing: string, text: string): Markup {
    return html`<li class="missing" ${this.#marks(missing, [connection])}><div class="row"><span class="place"></span><span class="time"></span>${this.lanes.missing(connection)}<span class="what bad"><span class="code">${missing}</span> is missing here. ${text}</span></div></li>
`;
  }

  #marks(method: string, connections: readonly string[]): Markup {
    return html`${this.method.mark(method)} ${this.connection.mark(...connections)}`;
  }

  /** The other half of a request or answer, and how long it took. */
  #partner(entry: TranscriptEntry, kind: string): Markup | null {
    const request = this.#exchanges.requestOf(entry);
    if (request) {
      return html` <span class="muted">answers message ${request.seq} after ${elapsed(request.atMs, entry.atMs)} ms</span>`;
    }
    if (kind !== 'request') return null;
    const answer = this.#exchanges.answerTo(entry);
    if (!answer) return html` <span class="badge warning">never answered</span>`;
    return html` <span class="muted">answered by message ${answer.seq} after ${elapsed(entry.atMs, answer.atMs)} ms</span>`;
  }

  #time(atMs: number): string {
    return elapsed(this.#startMs, atMs);
  }
}

/** Milliseconds with one decimal. */
function elapsed(fromMs: number, toMs: number): string {
  const [whole = '', tenths = ''] = (toMs - fromMs).toFixed(1).split('.');
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}.${tenths}`;
}
