import type { HistoryObserver, RolloutHistory, SkippedRecord } from '../history/read-history.ts';
import type { Line } from '../rollout/lines/line.ts';
import { judgeRecord, tooLong } from '../usage/judge-line.ts';
import { type Notice, noSessionMeta, shortAncestor } from '../usage/notice.ts';
import { Tail } from '../usage/tail.ts';

/** Collects what there is to say about a history while it is read. */
export class HistoryNotices implements HistoryObserver {
  readonly #skipped = new Map<string, Tail>();
  readonly #incomplete: Notice[] = [];

  onSkipped(path: string, line: Line, record: SkippedRecord | null): void {
    const tail = this.#skipped.get(path) ?? new Tail(path, 'forward');
    this.#skipped.set(path, tail);
    tail.add(line, record ? judgeRecord(line, record) : tooLong(line));
  }

  onShortAncestor(path: string, bytes: number, wanted: number): void {
    this.#incomplete.push(shortAncestor(path, bytes, wanted));
  }

  /**
   * All of it, for the history that has been read: of many skipped lines of a rollout those nearest to its end, and
   * last what makes the history incomplete.
   */
  notices({ path, meta, items, missingAncestor }: RolloutHistory): Notice[] {
    const notices = [...this.#skipped.values()].flatMap((tail) => tail.notices());
    if (!meta && items.length > 0) notices.unshift(noSessionMeta(path));
    notices.push(...this.#incomplete);
    if (missingAncestor !== null) {
      const message = `a part of its history is in the rollout of thread ${missingAncestor}, which is not here`;
      notices.push({ id: 'missing-ancestor', message, path, byteOffset: null });
    }
    return notices;
  }
}
