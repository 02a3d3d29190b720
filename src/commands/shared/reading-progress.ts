import { statSync } from 'node:fs';
import type { HistoryVisitor } from '../../history/read-records.ts';
import type { Segment } from '../../history/thread-history.ts';
import type { Io } from '../../io.ts';
import { escapeControls } from '../../report/escape-controls.ts';
import { grouped } from '../../report/numbers.ts';
import { bytesText, secondsText } from '../../report/size/amounts.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { OpenRollout } from '../../rollout/lines/open-rollout.ts';
import { TerminalLine } from './terminal-line.ts';

const EVERY_MS = 200;

/** Rollouts of which it is known beforehand that they will be read. */
interface Expected {
  readonly rollouts: number;
  /** Of all of them, each as often as it is read. */
  readonly bytes: number;
  readonly times: number;
}

/**
 * One line on a terminal: how many rollouts and bytes are read, how fast, and how long the rest takes. Of histories it shows each
 * reading that it is a visitor of: how far it is with what was expected, or with one rollout of the history after the other.
 */
export class ReadingProgress implements HistoryVisitor {
  readonly #line: TerminalLine;
  #expected: Expected | null = null;
  #began = performance.now();
  #shown = performance.now();
  /** The rollout that is read, its bytes and how often they were begun to be read. */
  #path = '';
  #bytes = 0;
  #readings = 0;
  /** Of the history that is read: whether its own lines come, and how many bytes the rollout has that they stand in. */
  #isOwn = true;
  #all: number | null = null;
  /** Rollouts that were begun, and the bytes of those before the last. */
  #begun = 0;
  #done = 0;

  constructor(io: Pick<Io, 'err' | 'errColumns'>) {
    this.#line = new TerminalLine(io);
  }

  /** Null where nobody watches. */
  static of(io: Io): ReadingProgress | null {
    return io.errIsTerminal ? new ReadingProgress(io) : null;
  }

  /** Rollouts that will be read so many `times`, in any order. */
  expect(paths: readonly string[], times = 1): void {
    this.#expected = {
      rollouts: paths.length,
      bytes: paths.reduce((sum, path) => sum + sizeOf(path), 0) * times,
      times,
    };
    this.#began = performance.now();
  }

  /** Hands on what will be read, when all of it is known. */
  async *whole<T>(targets: AsyncIterable<T>, pathOf: (target: T) => string | null, times = 1): AsyncGenerator<T> {
    const all: T[] = [];
    for await (const target of targets) all.push(target);
    this.expect(
      all.map(pathOf).filter((path) => path !== null),
      times,
    );
    yield* all;
  }

  /** Another rollout comes. Without expectations it is a whole of its own. */
  begin(path: string): void {
    this.#done += this.#bytes * (this.#expected?.times ?? 1);
    this.#path = path;
    this.#bytes = sizeOf(path);
    this.#readings = 0;
    this.#begun++;
    if (this.#expected) void this.show(0, null);
    else this.#began = performance.now();
  }

  onSegment({ path, wanted }: Segment, isOwn: boolean): void {
    if (!this.#expected) this.begin(path);
    if (isOwn) this.#readings++;
    this.#isOwn = isOwn;
    this.#all = wanted ?? (path.endsWith('.zst') ? null : sizeOf(path) || null);
  }

  onLine({ offset, length }: Line): void {
    void this.show(this.#expected && !this.#isOwn ? 0 : offset + length, this.#all);
  }

  /** The same rollout; of one whose bytes come in order it is shown how many have come. */
  watched(opened: OpenRollout): OpenRollout {
    return opened.kind === 'file' ? opened : { kind: 'stream', chunks: this.#counted(opened.chunks) };
  }

  /** `bytes` of the rollout were read, of `all`, if that is known. */
  async show(bytes: number, all: number | null): Promise<void> {
    const now = performance.now();
    if (now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    await this.#line.draw(this.#text(bytes, all, (now - this.#began) / 1000));
  }

  /** Takes the line away, before something else is written. */
  async clear(): Promise<void> {
    await this.#line.clear();
  }

  async *#counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      await this.show(bytes, null);
      yield chunk;
    }
  }

  #text(bytes: number, all: number | null, seconds: number): string {
    const path = escapeControls(this.#path);
    if (!this.#expected) return `${amounts(bytes, all, seconds)}: ${path}`;
    const { rollouts, times, bytes: expected } = this.#expected;
    const before = Math.max(this.#readings - 1, 0) * this.#bytes;
    const read = this.#done + Math.min(before + bytes, this.#bytes * times);
    const count = rollouts > 1 ? `${grouped(this.#begun)} of ${grouped(rollouts)} rollouts, ` : '';
    return `${count}${amounts(read, expected || null, seconds)}: ${path}`;
  }
}

function amounts(bytes: number, all: number | null, seconds: number): string {
  const rate = bytes / Math.max(seconds, 0.001);
  if (rate === 0) return bytesText(all ?? 0);
  const left = all === null ? '' : ` of ${bytesText(all)}, ${secondsText((all - bytes) / rate)} left`;
  return `${bytesText(bytes)}${left}, ${bytesText(rate)}/s`;
}

/** 0 of what is no file. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
