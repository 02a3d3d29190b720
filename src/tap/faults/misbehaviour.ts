import { LineCutter } from '../observe/line-cutter.ts';
import type { TapFault } from './fault.ts';

/** What is to be done with a message of the server. */
export interface Tampering {
  /** How often it is sent. */
  readonly copies: number;
  /** How long it waits before. */
  readonly delayMs: number;
  /** The connection ends after it. */
  readonly cut: boolean;
  /** What was done, in words; null when nothing was. */
  readonly what: string | null;
}

/** What is done with a message that no fault is about. */
export const untouched: Tampering = { copies: 1, delayMs: 0, cut: false, what: null };

/** The faults on one connection: what they do to each message of the server. Messages of the client pass as they are. */
export class Misbehaviour {
  readonly #faults: readonly TapFault[];
  /** Methods of the client's requests, by id. */
  readonly #asked = new Map<string, string>();
  readonly #fromClient = new LineCutter(Number.POSITIVE_INFINITY);
  #received = 0;

  constructor(faults: readonly TapFault[]) {
    this.#faults = faults;
  }

  /** Bytes of the client that passed. */
  sent(bytes: Uint8Array): void {
    if (this.#faults.length === 0) return;
    for (const line of this.#fromClient.add(bytes)) {
      const { id, method } = partsOf(line);
      if (id !== undefined && typeof method === 'string') this.#asked.set(JSON.stringify(id), method);
    }
  }

  /** What becomes of a message of the server. */
  received(message: Buffer): Tampering {
    if (this.#faults.length === 0) return untouched;
    this.#received++;
    const { id, method } = partsOf(message);
    const about = typeof method === 'string' ? method : this.#asked.get(JSON.stringify(id) ?? '');
    let copies = 1;
    let delayMs = 0;
    let cut = false;
    const did: string[] = [];
    for (const fault of this.#faults) {
      if (fault.kind === 'cut-after') {
        if (this.#received === fault.count) cut = true;
        if (cut) did.push(`cut the connection after message ${this.#received} of the server`);
      } else if (fault.method === about) {
        if (fault.kind === 'drop') copies = 0;
        if (fault.kind === 'duplicate') copies *= 2;
        if (fault.kind === 'delay') delayMs += fault.ms;
        did.push(
          `${fault.kind === 'drop' ? 'dropped' : `${fault.kind}${fault.kind === 'delay' ? 'ed' : 'd'}`} ${about}`,
        );
      }
    }
    return { copies, delayMs, cut, what: did.length > 0 ? did.join(', ') : null };
  }
}

function partsOf(line: Buffer): { readonly id?: unknown; readonly method?: unknown } {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
