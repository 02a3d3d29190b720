import { memberAt } from '../../json/json-value.ts';
import { type TappedMessage, transcriptEntry } from '../../tap/observe/tapped-message.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import { Summarizer } from '../replay/summary.ts';

/** Lines of which so many bytes are worth a word. */
const LARGE = 1_000_000;
const STDERR_SHOWN = 200;
/** So many requests that were not answered are named. */
const OPEN_SHOWN = 10;

const arrows = { sent: '→', received: '←', stderr: '!' } as const;

/** What passed, a line a message: time, direction, connection, kind, method, what it says, and of an answer how long it took. */
export class LogText {
  readonly #startedAt: number;
  readonly #summarizer = new Summarizer();
  /** Requests that are not answered yet. */
  readonly #asked = new Map<string, { readonly connection: string; readonly method: string; readonly atMs: number }>();

  /** `startedAt`: milliseconds since 1970. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  head(): string {
    return `# rollout-inspect tap, ${new Date(this.#startedAt).toISOString()}\n`;
  }

  message(message: TappedMessage): string {
    const entry = transcriptEntry(message);
    if (!entry)
      return this.#line(message, 'stderr', escapeControls(message.line.toString('utf8').slice(0, STDERR_SHOWN)));
    const { kind, method, words } = this.#summarizer.summarize(entry);
    const took = this.#took(message, method);
    const size = message.line.length >= LARGE ? `  (${grouped(message.line.length)} bytes)` : '';
    return this.#line(message, kind, `${method.padEnd(27)} ${took}${words}${size}`);
  }

  /** That a client has gone, and what was not answered. */
  closed(connection: string, atMs: number): string {
    const open = [...this.#asked.values()].filter((each) => each.connection === connection);
    const shown = open.slice(0, OPEN_SHOWN).map((each) => `${each.method} (${(atMs - each.atMs).toFixed(1)} ms)`);
    const more = open.length > OPEN_SHOWN ? ` and ${open.length - OPEN_SHOWN} more` : '';
    const unanswered = open.length === 0 ? '' : `; not answered: ${shown.join(', ')}${more}`;
    return this.remark(atMs, `${connection} has gone${unanswered}`);
  }

  /** A line that is no message: a verdict, for example. */
  remark(atMs: number, text: string): string {
    return `${this.#time(atMs)} = ${escapeControls(text)}\n`;
  }

  #line(message: TappedMessage, kind: string, rest: string): string {
    const { atMs, direction, connection } = message;
    const start = `${this.#time(atMs)} ${arrows[direction]} ${escapeControls(connection).padEnd(3)} `;
    return `${start}${kind.padEnd(13)}${rest}`.trimEnd().concat('\n');
  }

  /** Of an answer, how long it took; the request is remembered until then. */
  #took({ message, connection, direction, atMs }: TappedMessage, method: string): string {
    const id = memberAt(message, 'id');
    if (id === undefined) return '';
    const isCall = memberAt(message, 'method') !== undefined;
    const asker = isCall === (direction === 'sent') ? 'client' : 'server';
    const key = `${connection} ${asker} ${typeof id} ${id}`;
    if (isCall) this.#asked.set(key, { connection, method, atMs });
    const asked = this.#asked.get(key);
    if (isCall || asked === undefined) return '';
    this.#asked.delete(key);
    return `${(atMs - asked.atMs).toFixed(1)} ms  `;
  }

  #time(atMs: number): string {
    return new Date(this.#startedAt + atMs).toISOString().slice(11, 23);
  }
}
