import type { Direction, Passage } from '../passage.ts';
import { LineCutter } from './line-cutter.ts';
import { type TappedMessage, tappedMessage } from './tapped-message.ts';

/** The longest message that is looked at, in bytes. Longer ones pass all the same. */
const LONGEST = 256 * 1024 * 1024;

/** What looks at messages. */
export interface Viewer {
  readonly message: (message: TappedMessage) => void;
  /** A message passed that nobody can look at. */
  readonly missed: (count: number) => void;
  /** A client has gone. */
  readonly closed: (connection: string, atMs: number) => void;
}

/** Makes messages of the bytes that passed and shows them to `viewers`, numbered in the order in which they ended. */
export class Observer {
  readonly #viewers: readonly Viewer[];
  readonly #cutters = new Map<
    string,
    { readonly connection: string; readonly direction: Direction; cutter: LineCutter }
  >();
  #seq = 0;

  constructor(viewers: readonly Viewer[]) {
    this.#viewers = viewers;
  }

  passed({ connection, direction, atMs, bytes }: Passage): void {
    const key = `${connection} ${direction}`;
    const cut = this.#cutters.get(key) ?? { connection, direction, cutter: new LineCutter(LONGEST) };
    this.#cutters.set(key, cut);
    const before = cut.cutter.tooLong;
    for (const line of cut.cutter.add(bytes)) this.#show(line, connection, direction, atMs);
    this.#missed(cut.cutter.tooLong - before);
  }

  /** What a client left unfinished was still read by a server that takes a last line without its newline. */
  closed(name: string, atMs: number): void {
    for (const [key, { connection, direction, cutter }] of this.#cutters) {
      if (connection !== name) continue;
      const rest = cutter.rest();
      if (rest) this.#show(rest, connection, direction, atMs);
      this.#cutters.delete(key);
    }
    for (const viewer of this.#viewers) viewer.closed(name, atMs);
  }

  #show(line: Buffer, connection: string, direction: Direction, atMs: number): void {
    if (isBlank(line)) return;
    const message = tappedMessage(line, { seq: ++this.#seq, atMs, connection, direction });
    for (const viewer of this.#viewers) viewer.message(message);
  }

  #missed(count: number): void {
    if (count === 0) return;
    this.#seq += count;
    for (const viewer of this.#viewers) viewer.missed(count);
  }
}

function isBlank(line: Buffer): boolean {
  return line.length < 64 && line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
