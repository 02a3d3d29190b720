import { Worker } from 'node:worker_threads';
import { within } from '../../wire/within.ts';
import type { Direction, Onlooker } from '../passage.ts';
import { garbageCollector } from './garbage.ts';
import type { FromThread, TapEvent, TapReport, ThreadSettings, ToThread } from './thread-messages.ts';

/** How much may wait to be looked at before more is held up, in bytes: it takes memory. */
const MOST_WAITING = 2 * 1024 * 1024;
/** What is handed over at once, in bytes. */
const BLOCK = 64 * 1024;
/** Blocks that are used again. */
const KEPT_BLOCKS = MOST_WAITING / BLOCK;
/** How long it is waited for more to hand over: looking at a message shall not take the processor from its answer. */
const GATHER_MS = 20;
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
  /** What is to be handed over, and when. */
  #events: TapEvent[] = [];
  #block = new Uint8Array(BLOCK);
  #filled = 0;
  #handingOver: NodeJS.Timeout | undefined;
  /** Handed over and not yet done with. */
  readonly #waiting: { readonly bytes: number; readonly lines: number }[] = [];
  #waitingBytes = 0;
  readonly #spareBlocks: Uint8Array<ArrayBuffer>[] = [];
  #unseen = 0;
  readonly #free = garbageCollector('minor');
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
    const atMs = this.#now();
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === BLOCK) this.#handOver();
      const part = bytes.subarray(at, at + BLOCK - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      this.#tell({ kind: 'passed', connection, direction, atMs, length: part.length });
    }
    this.#waitingBytes += bytes.length;
    this.#free(bytes.length);
  }

  tampered(connection: string, what: string): void {
    this.#tell({ kind: 'tampered', connection, what, atMs: this.#now() });
  }

  cut(connection: string): void {
    this.#tell({ kind: 'cut', connection });
  }

  closed(connection: string): void {
    this.#tell({ kind: 'closed', connection, atMs: this.#now() });
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
      this.#handOver();
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
    this.#handOver();
    while (this.#failure === null && this.#waitingBytes > MOST_WAITING) {
      const hasMoved = await within(
        this.#change.then(() => true),
        STUCK_MS,
      );
      if (!hasMoved) this.#fail(`nothing was done for ${STUCK_MS} ms`);
    }
  }

  #tell(event: TapEvent): void {
    if (this.#failure !== null) return;
    this.#events.push(event);
    this.#handingOver ??= setTimeout(() => this.#handOver(), GATHER_MS);
  }

  #handOver(): void {
    clearTimeout(this.#handingOver);
    this.#handingOver = undefined;
    if (this.#events.length === 0 || this.#failure !== null) return;
    const message: ToThread = { events: this.#events, block: this.#block };
    this.#waiting.push({ bytes: this.#filled, lines: linesIn(this.#block.subarray(0, this.#filled)) });
    this.#worker.postMessage(message, [this.#block.buffer]);
    this.#events = [];
    this.#block = this.#spareBlocks.pop() ?? new Uint8Array(BLOCK);
    this.#filled = 0;
  }

  #receive(message: FromThread): void {
    if (message.kind === 'report') {
      this.#report = message.report;
      this.#settled();
      return;
    }
    this.#waitingBytes -= this.#waiting.shift()?.bytes ?? 0;
    if (this.#spareBlocks.length < KEPT_BLOCKS) this.#spareBlocks.push(message.block);
    const changed = this.#changed;
    this.#change = this.#nextChange();
    changed();
  }

  #fail(reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    clearTimeout(this.#handingOver);
    this.#unseen += this.#waiting.reduce(
      (sum, { lines }) => sum + lines,
      linesIn(this.#block.subarray(0, this.#filled)),
    );
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
