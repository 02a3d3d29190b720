import type { Line } from '../rollout/lines/line.ts';
import type { LineJudgement } from './judge-line.ts';
import { type Notice, noticeKinds } from './notice.ts';

/** Lines that are named one by one; more are counted. */
const NAMED_LINES = 100;

interface Placed {
  readonly notice: Notice;
  readonly place: number;
}

/** What stands behind the last usage of a rollout: the lines between it and the end. */
export class Tail {
  readonly #path: string;
  readonly #lastFirst: boolean;
  /** What has to be said in any case, and of the skipped lines those nearest to the end: each with its place in the order. */
  readonly #others: Placed[] = [];
  readonly #skipped: Placed[] = [];
  #added = 0;
  #unnamed = 0;
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
    (isSkipped ? this.#skipped : this.#others).push({ notice, place: this.#added++ });
    if (this.#skipped.length > NAMED_LINES) this.#forgetFarthest();
  }

  /** Of the skipped lines, the one farthest from the end is no longer named. */
  #forgetFarthest(): void {
    if (this.#lastFirst) this.#skipped.pop();
    else this.#skipped.shift();
    this.#unnamed++;
  }

  /** What has to be said about these lines, in file order: of many, the ones nearest to the end. */
  notices(): Notice[] {
    const inOrder = [...this.#others, ...this.#skipped].sort((a, b) => a.place - b.place).map(({ notice }) => notice);
    const named = this.#lastFirst ? inOrder.toReversed() : inOrder;
    if (this.#unnamed === 0) return named;
    const message = `${this.#unnamed} more lines before these are skipped`;
    return [{ id: 'more-skipped-lines', message, path: this.#path, byteOffset: null }, ...named];
  }
}
