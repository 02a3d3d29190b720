import { formatCodexVersion } from '../../codex/version.ts';
import { lifecycles } from '../../compat/compat.ts';
import type { Asked } from '../../compat/live/live-compatibility.ts';
import type { Io } from '../../io.ts';
import { secondsText } from '../../report/size/amounts.ts';
import { WaitingLine } from '../shared/waiting-line.ts';

/** One line on a terminal: which version of how many is asked, what for, what is waited for, and how long the rest takes. */
export class LiveProgress {
  readonly #line: WaitingLine;
  readonly #began = performance.now();
  /** How long those took that have answered, in milliseconds. */
  #took = 0;
  #rollouts = 0;
  #rollout = 0;
  #asked: Asked | null = null;
  /** Versions that have answered, each as often as it did. */
  #done = -1;

  constructor(io: Pick<Io, 'err' | 'errColumns'>) {
    this.#line = new WaitingLine(io);
  }

  /** Null where nobody watches. */
  static of(io: Io): LiveProgress | null {
    return io.errIsTerminal ? new LiveProgress(io) : null;
  }

  /** Hands on what will be asked about, when all of it is known. */
  async *whole<T>(targets: AsyncIterable<T>): AsyncGenerator<T> {
    const all: T[] = [];
    for await (const target of targets) all.push(target);
    this.#rollouts = all.length;
    for (const target of all) {
      this.#rollout++;
      yield target;
    }
  }

  /** `stage`: what is being done from now on, in words. */
  stage(asked: Asked, stage: string): void {
    if (asked !== this.#asked) {
      this.#done++;
      this.#took = performance.now() - this.#began;
    }
    this.#asked = asked;
    const { lifecycle, version, count, versions, isBisected } = asked;
    const rollout = this.#rollouts > 1 ? [`rollout ${this.#rollout} of ${this.#rollouts}`] : [];
    const all = isBisected ? `at most ${versions}` : versions;
    const left = isBisected || this.#done < 1 ? [] : [`${secondsText(this.#secondsLeft(versions))} left`];
    const words = [...rollout, `version ${count} of ${all}`, `${lifecycle} on Codex ${formatCodexVersion(version)}`];
    void this.#line.say(`${[...words, ...left].join(', ')}: ${stage}`);
  }

  /** Takes the line away, before something else is written. */
  clear(): Promise<void> {
    return this.#line.end();
  }

  #secondsLeft(versions: number): number {
    const all = this.#rollouts * lifecycles.length * versions;
    return (this.#took / 1000 / this.#done) * (all - this.#done);
  }
}
