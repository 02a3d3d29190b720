import type { Line } from '../rollout/line.ts';
import type { LineJudgement } from './judge-line.ts';
import type { Notice } from './notice.ts';

/** Lines that are named one by one; more are counted. */
const NAMED_LINES = 100;

/** What stands behind the last usage of a rollout: the lines between it and the end. */
export class Tail {
  readonly #path: string;
  readonly #lastFirst: boolean;
  readonly #notices: Notice[] = [];
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
    this.#notices.push({ id, message, path: this.#path, byteOffset: line.offset });
    if (this.#notices.length <= NAMED_LINES) return;
    this.#unnamed++;
    if (this.#lastFirst) this.#notices.pop();
    else this.#notices.shift();
  }

  /** What has to be said about these lines, in file order: of many, the ones nearest to the end. */
  notices(): Notice[] {
    const named = this.#lastFirst ? this.#notices.toReversed() : [...this.#notices];
    const first = named[0];
    if (this.#unnamed === 0 || !first) return named;
    const message = `${this.#unnamed} more lines before byte ${first.byteOffset} are skipped`;
    return [{ id: 'more-skipped-lines', message, path: this.#path, byteOffset: null }, ...named];
  }
}
