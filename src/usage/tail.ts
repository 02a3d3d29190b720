import type { Line } from '../rollout/lines/line.ts';
import type { LineJudgement } from './judge-line.ts';
import { type Notice, noticeKinds } from './notice.ts';

/** Lines that are named one by one; more are counted. */
const NAMED_LINES = 100;

interface Placed {
  readonly notice: Notice;
  readonly place: number;
}

/** Of the notices about lines those nearest to the end of the rollout. The others are counted. */
class Nearest {
  readonly named: Placed[] = [];
  unnamed = 0;
  readonly #lastFirst: boolean;

  constructor(lastFirst: boolean) {
    this.#lastFirst = lastFirst;
  }

  add(placed: Placed): void {
    this.named.push(placed);
    if (this.named.length <= NAMED_LINES) return;
    if (this.#lastFirst) this.named.pop();
    else this.named.shift();
    this.unnamed++;
  }
}

/** What stands behind the last usage of a rollout: the lines between it and the end. */
export class Tail {
  readonly #path: string;
  readonly #lastFirst: boolean;
  /** Lines that Codex skips, and apart from them what matters more: each with its place in the order. */
  readonly #skipped: Nearest;
  readonly #others: Nearest;
  #added = 0;
  /** `token_count` records with `info: null`. */
  nullInfos = 0;
  /** `token_count` lines that Codex drops. */
  droppedCounts = 0;
  /** Lines that are records. */
  records = 0;

  /** `direction`: the order in which the lines will be added. */
  constructor(path: string, direction: 'forward' | 'backward') {
    this.#path = path;
    this.#lastFirst = direction === 'backward';
    this.#skipped = new Nearest(this.#lastFirst);
    this.#others = new Nearest(this.#lastFirst);
  }

  add(line: Line, judgement: LineJudgement): void {
    if (judgement.kind === 'blank') return;
    if (judgement.kind !== 'notice') this.records++;
    if (judgement.kind === 'null-info') this.nullInfos++;
    if (judgement.kind !== 'notice') return;
    const { id, message } = judgement;
    if (id === 'dropped-token-count') this.droppedCounts++;
    const notice: Notice = { id, message, path: this.#path, byteOffset: line.offset };
    const isSkipped = noticeKinds[id] === 'skipped';
    (isSkipped ? this.#skipped : this.#others).add({ notice, place: this.#added++ });
  }

  /** What has to be said about these lines, in file order: of many, the ones nearest to the end. */
  notices(): Notice[] {
    const placed = [...this.#others.named, ...this.#skipped.named].sort((a, b) => a.place - b.place);
    const named = placed.map(({ notice }) => notice);
    return [...this.#unnamed(), ...(this.#lastFirst ? named.toReversed() : named)];
  }

  #unnamed(): Notice[] {
    const about = { path: this.#path, byteOffset: null };
    const { named, unnamed: others } = this.#others;
    const skipped = this.#skipped.unnamed;
    const first = named[0]?.notice.id;
    return [
      ...(others > 0 && first
        ? [{ id: first, message: `${others} more lines before these make the answer doubtful too`, ...about }]
        : []),
      ...(skipped > 0
        ? [{ id: 'more-skipped-lines' as const, message: `${skipped} more lines before these are skipped`, ...about }]
        : []),
    ];
  }
}
