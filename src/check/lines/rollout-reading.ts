import type { CodexVersion } from '../../codex/version.ts';
import { Problem } from '../../errors.ts';
import type { HistoryObserver } from '../../history/read-history.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';
import { AncestorCounts } from '../history/ancestor-counts.ts';
import { AncestorEnds } from '../history/ancestor-ends.ts';
import { FindingList, type RawFinding } from '../raw-finding.ts';
import { GiantLines } from './giant-lines.ts';
import { ImplausibleCounts } from './implausible-counts.ts';
import { Landmarks } from './landmarks.ts';
import { Ordinals } from './ordinals.ts';
import type { LineCheck } from './seen-line.ts';
import { SessionMetas } from './session-metas.ts';
import { SkippedLines } from './skipped-lines.ts';
import { TokenCounts } from './token-counts.ts';

/** A rollout that cannot be judged, although it can be read. */
export class CannotJudge extends Problem {
  constructor(message: string) {
    super('cannot-judge', message);
  }
}

/** Has each line of a rollout looked at while its history is read. */
export class RolloutReading implements HistoryObserver {
  readonly marks: Landmarks = new Landmarks();
  readonly ancestorEnds: AncestorEnds;
  /** Whose rollouts were read: the thread itself and its ancestors. */
  readonly threads: Set<string> = new Set();
  readonly #path: string;
  readonly #findings = new FindingList();
  readonly #checks: readonly LineCheck[];
  readonly #ancestors: AncestorCounts;
  readonly #sizes = new Map<string, number>();
  /** The rollouts whose session_meta was seen. */
  readonly #headed = new Set<string>();
  #lines = 0;

  constructor(path: string, version: CodexVersion) {
    this.#path = path;
    this.#ancestors = new AncestorCounts(version);
    this.ancestorEnds = new AncestorEnds(path, version);
    this.#checks = [
      this.marks,
      new SkippedLines(version, this.#findings),
      new TokenCounts(version, this.#findings),
      new ImplausibleCounts(this.#findings),
      new SessionMetas(path, this.#findings),
      new Ordinals(version, this.#findings),
      new GiantLines(this.#findings),
    ];
  }

  onLine(path: string, line: Line, record: RolloutRecord | null): void {
    const { bytes, offset, length } = line;
    if (!bytes) throw new CannotJudge(`the line at byte ${offset} is too long to be judged: ${length} bytes`);
    if (record?.kind === 'session_meta' && !this.#headed.has(path)) {
      this.#headed.add(path);
      this.threads.add(record.meta.id);
    }
    this.ancestorEnds.see(path, line, record);
    this.#sizes.set(path, offset + length + (line.terminated ? 1 : 0));
    if (path !== this.#path) {
      if (record) this.#ancestors.see(path, line, record);
      return;
    }
    this.#lines++;
    if (!record) return;
    if (record.kind === 'token_count' && record.info) this.#ancestors.foundInRollout();
    const seen = { place: { byteOffset: offset, line: this.#lines }, line, bytes, record };
    for (const check of this.#checks) check.see(seen);
  }

  onShortAncestor(path: string, bytes: number, wanted: number): void {
    this.ancestorEnds.short(path, bytes, wanted);
  }

  /** Of all that was read. */
  get bytes(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /** What there is to say about the lines, when all of them have been seen. */
  findings(): RawFinding[] {
    for (const check of this.#checks) check.end?.();
    this.#ancestors.end(this.#findings);
    this.ancestorEnds.end();
    return this.#findings.all();
  }
}
