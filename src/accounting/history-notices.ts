import type { HistoryVisitor } from '../history/read-records.ts';
import type { Segment, ThreadHistory } from '../history/thread-history.ts';
import { isBlank, type Line } from '../rollout/lines/line.ts';
import type { RolloutRecord } from '../rollout/records/record.ts';
import { judgeRecord, tooLong } from '../usage/judge-line.ts';
import { missingHistory, type Notice, noSessionMeta, notARollout, shortAncestor } from '../usage/notice.ts';
import { Tail } from '../usage/tail.ts';

/** Collects what there is to say about a history while it is read. */
export class HistoryNotices implements HistoryVisitor {
  readonly #tails: Tail[] = [];
  readonly #incomplete: Notice[] = [];
  #path = '';
  #tail = new Tail('', 'forward');

  onSegment({ path }: Segment): void {
    this.#path = path;
    this.#tail = new Tail(path, 'forward');
    this.#tails.unshift(this.#tail);
  }

  onLine(line: Line, record: RolloutRecord | null): void {
    if (record) this.#tail.add(line, judgeRecord(line, record));
    else if (!line.bytes || !isBlank(line.bytes)) this.#tail.add(line, tooLong(line));
  }

  onSegmentEnd({ wanted }: Segment, bytes: number): void {
    if (wanted !== null && bytes < wanted) this.#incomplete.push(shortAncestor(this.#path, bytes, wanted));
  }

  /**
   * All of it, for the history that has been read: of many skipped lines of a rollout those nearest to its end, and
   * last what makes the history incomplete.
   */
  notices({ path, head: { meta, foreign, droppedMeta }, problem }: ThreadHistory): Notice[] {
    if (foreign) return [notARollout(path, foreign)];
    const notices = this.#tails.flatMap((tail) => tail.notices());
    const hasRecords = (this.#tails[0]?.records ?? 0) > 0 || droppedMeta !== null;
    if (!meta && hasRecords) notices.unshift(noSessionMeta(path, droppedMeta));
    notices.push(...this.#incomplete);
    return problem ? [...notices, missingHistory(problem)] : notices;
  }
}
