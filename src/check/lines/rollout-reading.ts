import { Problem } from '../../errors.ts';
import type { HistoryVisitor } from '../../history/read-records.ts';
import type { Segment, ThreadHistory } from '../../history/thread-history.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';
import { AncestorCounts } from '../history/ancestor-counts.ts';
import { AncestorEnds } from '../history/ancestor-ends.ts';
import { FindingList, type RawFinding } from '../raw-finding.ts';
import { GiantLines } from './giant-lines.ts';
import { ImplausibleCounts } from './implausible-counts.ts';
import { Landmarks } from './landmarks.ts';
import { Ordinals } from './ordinals.ts';
import { RemoteCompactions } from './remote-compactions.ts';
import { RunningTotals } from './running-totals.ts';
import type { LineCheck } from './seen-line.ts';
import { SessionMetas } from './session-metas.ts';
import { SkippedLines } from './skipped-lines.ts';
import { TokenCounts } from './token-counts.ts';
import { TurnsWithoutCount } from './turns-without-count.ts';
import { WindowSizes } from './window-sizes.ts';

/** A rollout that cannot be judged, although it can be read. */
export class CannotJudge extends Problem {
  constructor(message: string) {
    super('cannot-judge', message);
  }
}

/** Has each line of a history looked at while it is read. */
export class RolloutReading implements HistoryVisitor {
  readonly marks: Landmarks = new Landmarks();
  readonly ancestorEnds: AncestorEnds = new AncestorEnds();
  readonly compactions: RemoteCompactions = new RemoteCompactions();
  readonly #segments: readonly Segment[];
  readonly #findings = new FindingList();
  readonly #checks: readonly LineCheck[];
  readonly #ancestors: AncestorCounts;
  /** The ancestor whose lines come; null when they are the rollout's own. */
  #ancestor: string | null = null;
  #bytes = 0;
  #lines = 0;

  constructor({ path, version, segments }: ThreadHistory) {
    this.#segments = segments;
    this.#ancestors = new AncestorCounts(version);
    this.#checks = [
      this.marks,
      this.compactions,
      new SkippedLines(version, this.#findings),
      new TokenCounts(version, this.#findings),
      new ImplausibleCounts(this.#findings),
      new RunningTotals(this.#findings),
      new WindowSizes(this.#findings),
      new TurnsWithoutCount(this.#findings),
      new SessionMetas(path, this.#findings),
      new Ordinals(version, this.#findings),
      new GiantLines(this.#findings),
    ];
  }

  onSegment(segment: Segment, isOwn: boolean): void {
    this.#ancestor = isOwn ? null : segment.path;
    this.ancestorEnds.begin(segment);
  }

  onLine(line: Line, record: RolloutRecord | null): void {
    const { bytes, offset, length } = line;
    if (!bytes) throw new CannotJudge(`the line at byte ${offset} is too long to be judged: ${length} bytes`);
    if (record) {
      this.ancestorEnds.see(line, record);
      this.#ancestors.see(this.#ancestor, line, record);
    }
    if (this.#ancestor !== null) return;
    this.#lines++;
    if (!record) return;
    const seen = { place: { byteOffset: offset, line: this.#lines }, line, bytes, record };
    for (const check of this.#checks) check.see(seen);
  }

  onSegmentEnd(segment: Segment, bytes: number): void {
    this.#bytes += bytes;
    const due = this.#segments[this.#segments.indexOf(segment) + 1]?.base;
    if (due) this.ancestorEnds.end(segment, bytes, due);
  }

  /** Of all that was read. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What there is to say about the lines, when all of them have been seen. */
  findings(): RawFinding[] {
    for (const check of this.#checks) check.end?.();
    this.#ancestors.end(this.#findings);
    return this.#findings.all();
  }
}
