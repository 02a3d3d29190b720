import { Worker } from 'node:worker_threads';
import { within } from '../../wire/within.ts';
import type { Direction, Onlooker } from '../passage.ts';
import { garbageCollector } from './garbage.ts';
import type { FromThread, TapReport, ThreadSettings, ToThread } from './thread-messages.ts';

/** How much may wait to be looked at before more is held up, in bytes: it takes memory. */
const MOST_WAITING = 1024 * 1024;
/** A thread that gets on with nothing for so long holds up nobody any more. */
const STUCK_MS = 5_000;
/** How long the last words may take: rollouts are read for the verdicts. */
const LAST_WORDS_MS = 10_000;
const NEWLINE = 0x0a;

/**
 * Looks at what passes in a thread of its own, which neither delays nor stops what passes: when it fails, messages pass
 * on unseen and are counted.
 */
export class ObserverThread implements Onlooker {
  readonly #worker: Worker;
  readonly #now: () => number;
  /** Handed over and not yet done with. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #unseen = 0;
  readonly #free = garbageCollector();
  #failure: string | null = null;
  #report: TapReport | undefined;
  #settled: () => void = () => {};
  #change: Promise<void>;
  #changed: () => void = () => {};

  /** `script`: what runs in the thread. `now`: milliseconds since the tap began. */
  constructor(script: string, settings: ThreadSettings, now: () => number) {
    this.#now = now;
    this.#change = this.#nextChange();
    this.#worker = new Worker(script, {
      workerData: settings,
      stdout: true,
      stderr: true,
      // Messages are looked at and thrown away: collected soon, they take little.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error.message));
    this.#worker.on('exit', () => {
      if (!this.#report) this.#fail('it ended');
    });
    this.#worker.unref();
  }

  passed(connection: string, direction: Direction, bytes: Uint8Array): void {
    if (this.#failure !== null) {
      this.#unseen += linesIn(bytes);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#free(bytes.length);
    this.#tell({ kind: 'passed', connection, direction, atMs: this.#now(), bytes });
  }

  tampered(connection: string, what: string): void {
    if (this.#failure === null) this.#tell({ kind: 'tampered', connection, what, atMs: this.#now() });
  }

  cut(connection: string): void {
    if (this.#failure === null) this.#tell({ kind: 'cut', connection });
  }

  closed(connection: string): void {
    if (this.#failure === null) this.#tell({ kind: 'closed', connection, atMs: this.#now() });
  }

  room(): Promise<void> | undefined {
    return this.#failure === null && this.#waitingBytes > MOST_WAITING ? this.#catchUp() : undefined;
  }

  /** Ends the thread. Fulfils with what it has to say, whatever happened to it. */
  async end(): Promise<TapReport> {
    const settled = new Promise<void>((resolve) => {
      this.#settled = resolve;
    });
    if (this.#failure === null) {
      this.#tell({ kind: 'end' });
      this.#worker.ref();
      await within(settled, LAST_WORDS_MS);
    }
    if (!this.#report) this.#fail('it did not come to an end');
    await this.#worker.terminate();
    if (this.#report) return this.#report;
    const lines = [`the messages were no longer looked at: ${this.#failure}; ${this.#unseen} passed unseen`];
    return { lines, missing: this.#unseen, worst: 'warn' };
  }

  async #catchUp(): Promise<void> {
    while (this.#failure === null && this.#waitingBytes > MOST_WAITING) {
      const hasMoved = await within(
        this.#change.then(() => true),
        STUCK_MS,
      );
      if (!hasMoved) this.#fail(`nothing was done for ${STUCK_MS} ms`);
    }
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromThread): void {
    if (message.kind === 'report') {
      this.#report = message.report;
      this.#settled();
      return;
    }
    for (let left = message.bytes; left > 0; ) left -= this.#waiting.shift()?.length ?? left;
    this.#waitingBytes -= message.bytes;
    const changed = this.#changed;
    this.#change = this.#nextChange();
    changed();
  }

  #fail(reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    this.#unseen += this.#waiting.reduce((sum, bytes) => sum + linesIn(bytes), 0);
    this.#waiting = [];
    this.#settled();
    this.#changed();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
