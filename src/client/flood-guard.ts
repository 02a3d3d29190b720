import { ServerFailure } from '../wire/server-failure.ts';

const MOST_MESSAGES = 100_000;
const MOST_BYTES = 256 * 1024 * 1024;
/** Short values cost many times their bytes once they are read: `[[],[],…` fourteen times. */
const MOST_VALUES = 10_000_000;

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** Counts what comes over one connection, all of which is kept: without an end of it, memory would run out. */
export class FloodGuard {
  #messages = 0;
  #bytes = 0;
  #values = 0;

  /** Takes one more JSON text into account, before it is read. @throws {ServerFailure} when it is too much */
  count(text: Buffer): void {
    this.#messages++;
    this.#bytes += text.length;
    if (this.#messages > MOST_MESSAGES) throw flood(`more than ${MOST_MESSAGES} messages`);
    if (this.#bytes > MOST_BYTES) throw flood(`more than ${MOST_BYTES} bytes`);
    for (const byte of text) if (byte === COMMA || byte === OPEN_BRACKET || byte === OPEN_BRACE) this.#values++;
    if (this.#values > MOST_VALUES) throw flood(`more than ${MOST_VALUES} values`);
  }
}

function flood(what: string): ServerFailure {
  return new ServerFailure(`the server floods the connection: ${what} came over it`);
}
