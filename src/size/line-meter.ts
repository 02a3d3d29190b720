import { newestCodex } from '../codex/version.ts';
import type { Head } from '../history/head.ts';
import { HEAD_BYTES, KindAtHead } from '../rollout/lines/kind-at-head.ts';
import { isBlank, type Line } from '../rollout/lines/line.ts';
import { LineParts, type LineReader } from '../rollout/lines/line-parts.ts';
import { kindOfLine } from '../rollout/records/kind-of-line.ts';
import { type RecordDecoder, recordDecoder } from '../rollout/records/record.ts';
import { judgeRecord, tooLong } from '../usage/judge-line.ts';
import { Tail } from '../usage/tail.ts';
import { type CauseId, causeOfKind } from './cause.ts';
import { ForkCopy } from './fork-copy.ts';
import { Images } from './images.ts';
import { InlineData } from './inline-data.ts';
import { LargestLines } from './largest-lines.ts';
import { Tally } from './tally.ts';

/** A kind of line, and what is known of it. */
interface Kind {
  readonly name: string;
  readonly cause: CauseId;
  readonly mayHoldData: boolean;
  readonly startsTurn: boolean;
}

const blank: Kind = { name: 'blank', cause: 'blank-lines', mayHoldData: false, startsTurn: false };
const unreadable: Kind = { name: 'unreadable', cause: 'unreadable', mayHoldData: true, startsTurn: false };

const turnStarts: ReadonlySet<string> = new Set(['event_msg/task_started', 'event_msg/turn_started']);
const withoutData: ReadonlySet<CauseId> = new Set(['reasoning', 'bookkeeping']);

/** Lines that only parsing can tell are held up to this length. In bytes. */
const LONGEST_HELD = 1024 * 1024;
const CLOSE_BRACE = 0x7d;

/**
 * Adds up a rollout while its bytes go by, in constant memory: by kind of line and by cause, with the longest lines and the
 * inline data. Lines that begin as Codex writes them are told by their first bytes and not looked into; others are parsed.
 */
export class LineMeter implements LineReader {
  readonly kinds: Tally<string> = new Tally();
  readonly causes: Tally<CauseId> = new Tally();
  readonly images: Images = new Images();
  readonly largest: LargestLines = new LargestLines();
  /** What there is to say about lines that are no records. */
  readonly tail: Tail;
  /** Lines that hold something. */
  records = 0;
  bytes = 0;
  /** How much of the inline data stands in compacted histories. */
  imagesInCompactions = 0;

  readonly #parts = new LineParts(this, HEAD_BYTES);
  readonly #kindAtHead = new KindAtHead();
  readonly #knownKinds = new Map<string, Kind>();
  readonly #decode: RecordDecoder;
  readonly #copy: ForkCopy;
  readonly #data: InlineData;
  /** As long as it is not known whether all of it is a copy of the parent. */
  readonly #undecided: Tally<CauseId> = new Tally();

  #kind: Kind | null = null;
  /** The bytes of a line that has to be parsed; null when there is no need to, or it is too long. */
  #held: Buffer[] | null = null;
  #length = 0;
  #lastByte = 0;
  #dataBytes = 0;
  #dataCount = 0;

  /** `head`: of the rollout at `path`. */
  constructor(path: string, { meta }: Head) {
    this.tail = new Tail(path, 'forward');
    this.#decode = recordDecoder(newestCodex, meta?.history_mode ?? 'legacy');
    this.#copy = new ForkCopy(meta, this.#decode);
    this.#data = new InlineData((bytes, fingerprint) => {
      this.images.add(bytes, fingerprint);
      this.#dataBytes += bytes;
      this.#dataCount++;
    });
  }

  /** Takes the next bytes of the rollout. */
  add(block: Buffer): void {
    this.#parts.add(block);
  }

  /** There are no more bytes. */
  finish(): void {
    this.#parts.finish();
    this.#settle(this.#copy.state);
  }

  begin(bytes: Buffer, start: number, end: number): void {
    const name = this.#kindAtHead.read(bytes, start, end);
    this.#kind = name === null ? null : this.#kindOf(name);
    const isNeeded = this.#kind === null || (this.#kind.startsTurn && this.#copy.state !== 'own');
    this.#held = isNeeded ? [] : null;
    this.#length = 0;
    this.#dataBytes = 0;
    this.#dataCount = 0;
  }

  part(bytes: Buffer, start: number, end: number, isLast: boolean): void {
    this.#length += end - start;
    if (end > start) this.#lastByte = bytes[end - 1] as number;
    if (this.#length > LONGEST_HELD) this.#held = null;
    this.#held?.push(Buffer.from(bytes.subarray(start, end)));
    if (this.#kind?.mayHoldData ?? true) this.#data.part(bytes, start, end, isLast);
  }

  end(terminated: boolean): void {
    const bytes = this.#length + (terminated ? 1 : 0);
    const offset = this.bytes;
    const held = this.#held && Buffer.concat(this.#held);
    const line = { offset, length: this.#length, terminated, bytes: held, matched: false };
    const kind = this.#kind ?? this.#parsedKind(line);
    this.#judge(line, kind);
    if (kind.startsTurn && held) this.#decideCopy(held);
    this.bytes += bytes;
    if (kind !== blank) this.records++;
    this.kinds.add(kind.name, bytes);
    this.largest.add(offset, bytes, kind.name);
    this.#addCause(kind, bytes);
  }

  #addCause(kind: Kind, bytes: number): void {
    const isHead = this.records === 1 && kind.name === 'session_meta';
    if (this.#copy.state === 'copy') {
      this.causes.add('copied-parent', bytes);
      return;
    }
    const causes = this.#copy.state === 'unknown' && !isHead ? this.#undecided : this.causes;
    causes.add(kind.cause, bytes - this.#dataBytes);
    if (this.#dataCount === 0) return;
    causes.add('inline-images', this.#dataBytes, this.#dataCount);
    if (kind.cause === 'compacted-history') this.imagesInCompactions += this.#dataCount;
  }

  #decideCopy(line: Buffer): void {
    const before = this.#copy.state;
    this.#copy.see(line);
    if (before === 'unknown' && this.#copy.state !== 'unknown') this.#settle(this.#copy.state);
  }

  /** What was undecided is a copy of the parent, or it is not. */
  #settle(state: ForkCopy['state']): void {
    const lines = this.#undecided.takeAll();
    if (state === 'copy') for (const { bytes, count } of lines) this.causes.add('copied-parent', bytes, count);
    else for (const { name, bytes, count } of lines) this.causes.add(name, bytes, count);
  }

  /** The kind of a line that does not begin as Codex begins lines. */
  #parsedKind({ bytes }: Line): Kind {
    if (!bytes) return unreadable;
    if (isBlank(bytes)) return blank;
    const name = kindOfLine(bytes);
    return name === null ? unreadable : this.#kindOf(name);
  }

  /** Says what there is to say about a line that had to be parsed, and about one that is cut. */
  #judge(line: Line, kind: Kind): void {
    if (kind === blank) return;
    if (!this.#kind) this.tail.add(line, line.bytes ? judgeRecord(line, this.#decode(line.bytes)) : tooLong(line));
    else if (!line.terminated && this.#lastByte !== CLOSE_BRACE) this.tail.add(line, cut(line));
  }

  #kindOf(name: string): Kind {
    const known = this.#knownKinds.get(name);
    if (known) return known;
    const cause = causeOfKind(name);
    const kind = { name, cause, mayHoldData: !withoutData.has(cause), startsTurn: turnStarts.has(name) };
    this.#knownKinds.set(name, kind);
    return kind;
  }
}

function cut(line: Line): ReturnType<typeof judgeRecord> {
  return judgeRecord(line, { kind: 'unreadable', problem: 'the text ends early', isUtf8: true, refusesAll: false });
}
