import type { SessionMeta } from '../../codex/records/session-meta.ts';
import {
  type CodexVersion,
  formatCodexVersion,
  isMeasured,
  isOlder,
  newestCodex,
  parseCodexVersion,
  writesRollouts,
} from '../../codex/version.ts';
import { type RolloutRecord, recordDecoder } from '../../rollout/records/record.ts';
import { type FindingList, rawFinding } from '../raw-finding.ts';
import type { RuleId } from '../rules/index.ts';
import { hasByteOrderMark, holdsCarriageReturns, isUtf16 } from './encodings.ts';
import { lostUsage } from './lost-usage.ts';
import type { LineCheck, SeenLine } from './seen-line.ts';

type Skipped<K extends RolloutRecord['kind']> = RolloutRecord & { readonly kind: K };

/** Lines that Codex skips, but for those that lose usage: `TokenCounts` tells these. */
export class SkippedLines implements LineCheck {
  readonly #version: CodexVersion;
  readonly #findings: FindingList;
  readonly #kindsTold = new Set<string>();
  #meta: SessionMeta | null = null;
  #isUtf16 = false;

  constructor(version: CodexVersion, findings: FindingList) {
    this.#version = version;
    this.#findings = findings;
  }

  see(seen: SeenLine): void {
    const { record, bytes, place } = seen;
    if (place.byteOffset === 0 && isUtf16(bytes)) {
      this.#isUtf16 = true;
      this.#add('utf16', 'the file is UTF-16, which Codex does not read', seen);
    }
    if (this.#isUtf16) return;
    if (record.kind === 'session_meta') this.#meta ??= record.meta;
    if (record.kind === 'unreadable') this.#unreadable(seen, record);
    if (record.kind === 'dropped') this.#dropped(seen, record);
    if (record.kind === 'unknown') this.#unknown(seen, record);
  }

  #unreadable(seen: SeenLine, record: Skipped<'unreadable'>): void {
    const { bytes, line, place } = seen;
    const isHead = place.byteOffset === 0;
    if (record.refusesAll)
      this.#add('invalid-utf8', `Codex loads no rollout with such a line: ${record.problem}`, seen);
    else if (isHead && hasByteOrderMark(bytes))
      this.#add('byte-order-mark', 'the file begins with a byte order mark', seen);
    else if (holdsCarriageReturns(bytes))
      this.#add('cr-only-lines', 'records are separated by a carriage return only, so Codex skips them all', seen);
    else if (lostUsage(bytes, record) !== null) return;
    else if (!line.terminated)
      this.#add('torn-last-line', `the last line is incomplete, after ${line.length} bytes: ${record.problem}`, seen);
    else if (record.problem.startsWith('invalid UTF-8'))
      this.#add('invalid-utf8', `Codex skips this line: ${record.problem}`, seen);
    else if (this.#isReadByNewer(seen)) this.#newer(seen, 'line', record.problem);
    else this.#add('unreadable-line', `Codex skips this line: ${record.problem}`, seen);
  }

  #dropped(seen: SeenLine, record: Skipped<'dropped'>): void {
    if (lostUsage(seen.bytes, record) !== null) return;
    const { type, field, problem } = record;
    if (field === 'line') this.#add('unreadable-line', `Codex skips this line: ${problem}`, seen);
    else if (this.#isReadByNewer(seen)) this.#newer(seen, type, `${field}: ${problem}`);
    else if (type === 'session_meta' && !this.#meta)
      this.#add('dropped-session-meta', `its session_meta is not taken: ${field}: ${problem}`, seen);
    else if (this.#writerReads(seen)) this.#byWriter(seen, type, `${field}: ${problem}`);
    else this.#add('dropped-line', `Codex drops this ${type || 'record'}: ${field}: ${problem}`, seen);
  }

  #unknown(seen: SeenLine, record: Skipped<'unknown'>): void {
    if (lostUsage(seen.bytes, record) !== null) return;
    const { type } = record;
    if (this.#writerReads(seen)) this.#byWriter(seen, type, 'it does not know this kind of record');
    else this.#once('unknown-record-kind', type, `Codex does not know this kind of record: ${type || 'none'}`, seen);
  }

  /** The version that began the rollout; null when it names none that wrote rollouts of this form. */
  get #writer(): CodexVersion | null {
    const version = parseCodexVersion(this.#meta?.cli_version ?? '');
    return version && writesRollouts(version) ? version : null;
  }

  /** Whether the version that wrote the line takes it. Of a version that was not measured this is not known: it wrote it. */
  #writerReads({ bytes }: SeenLine): boolean {
    const writer = this.#writer;
    if (!writer) return false;
    if (!isMeasured(writer)) return true;
    const { kind } = recordDecoder(writer, this.#meta?.history_mode ?? 'legacy')(bytes);
    return kind !== 'dropped' && kind !== 'unreadable' && kind !== 'unknown';
  }

  /** A line that another version wrote, which reads it. */
  #byWriter(seen: SeenLine, type: string, why: string): void {
    const writer = this.#writer ?? this.#version;
    if (isOlder(this.#version, writer) && isOlder(this.#version, newestCodex)) {
      this.#newer(seen, type, why);
      return;
    }
    const version = formatCodexVersion(this.#version);
    const message = `Codex ${version} skips this ${type || 'record'}, which Codex ${formatCodexVersion(writer)} wrote: ${why}`;
    this.#once(isOlder(writer, this.#version) ? 'older-records' : 'unknown-record-kind', type, message, seen);
  }

  #isReadByNewer({ bytes }: SeenLine): boolean {
    if (!isOlder(this.#version, newestCodex)) return false;
    const { kind } = recordDecoder(newestCodex, this.#meta?.history_mode ?? 'legacy')(bytes);
    return kind !== 'dropped' && kind !== 'unreadable' && kind !== 'unknown';
  }

  #newer(seen: SeenLine, type: string, why: string): void {
    const version = formatCodexVersion(this.#version);
    this.#once('newer-records', type, `Codex ${version} skips a ${type} that newer versions read: ${why}`, seen);
  }

  /** One finding for each kind of record. */
  #once(id: RuleId, kind: string, message: string, seen: SeenLine): void {
    if (this.#kindsTold.has(`${id} ${kind}`) || this.#kindsTold.size >= 1000) return;
    this.#kindsTold.add(`${id} ${kind}`);
    this.#add(id, message, seen);
  }

  #add(id: RuleId, message: string, { place }: SeenLine): void {
    this.#findings.add(rawFinding(id, message, place));
  }
}
