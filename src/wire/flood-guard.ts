import { ServerFailure } from './server-failure.ts';

/** How much may come, all told. */
export interface FloodLimits {
  readonly messages: number;
  readonly bytes: number;
  /** Short values cost many times their bytes once they are read: `[[],[],…` fourteen times, `{},{},…` twenty-two times. */
  readonly values: number;
}

const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** Counts JSON texts before they are read: without an end of them, memory would run out. */
export class FloodGuard {
  readonly #who: string;
  readonly #limits: FloodLimits;
  #messages = 0;
  #bytes = 0;
  #values = 0;

  /** `who`: sends them, for the words of the failure. */
  constructor(who: 'server' | 'client', limits: FloodLimits) {
    this.#who = who;
    this.#limits = limits;
  }

  /** Takes one more JSON text into account, before it is read. @throws {ServerFailure} when it is too much */
  count(text: Buffer): void {
    const { messages, bytes, values } = this.#limits;
    this.#messages++;
    this.#bytes += text.length;
    if (this.#messages > messages) throw this.#flood(`more than ${messages} messages`);
    if (this.#bytes > bytes) throw this.#flood(`more than ${bytes} bytes`);
    this.#values += valuesIn(text);
    if (this.#values > values) throw this.#flood(`more than ${values} values`);
  }

  #flood(what: string): ServerFailure {
    return new ServerFailure(`the ${this.#who} floods the connection: ${what} came over it`);
  }
}

/** At least as many values as there are in a JSON text, but for the first one. Those within strings count as well. */
function valuesIn(text: Buffer): number {
  let values = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    if (byte === COMMA || byte === OPEN_BRACKET || byte === OPEN_BRACE) values++;
  }
  return values;
}
