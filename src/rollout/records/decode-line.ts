import { lineReading } from '../../codex/line-reading.ts';
import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import { CLOSE_BRACE } from '../../json/bytes.ts';
import { scanRest } from '../../json/quick-scan.ts';
import { KindAtHead } from '../lines/kind-at-head.ts';
import { isBlank, type Line, type LinePlace } from '../lines/line.ts';
import { QuickKinds } from './quick-kinds.ts';
import {
  type DecodedLine,
  isItem,
  type RecordDecoder,
  type RolloutItem,
  type RolloutRecord,
  recordDecoder,
} from './record.ts';

/** Decodes one line; null for a blank one, and for one that is too long to be held. */
export type LineDecoder = (line: Line) => RolloutRecord | null;

/**
 * Decodes lines as Codex `version` does. A line that is written as Codex writes it is checked in one go over its bytes, and
 * nothing of it is decoded but what matters; any other goes through `recordDecoder`, with the same answer.
 * @param kinds where they are given, only lines of these kinds are decoded, which are called by names such as
 *   `event_msg/token_count`. Any other that begins and ends as Codex writes lines is taken on trust for an item of no matter:
 *   what stands in between is not looked at. Lines that begin or end otherwise, or that are no UTF-8, are decoded.
 */
export function lineDecoder(
  version: CodexVersion,
  historyMode: 'legacy' | 'paginated',
  kinds: ReadonlySet<string> | null = null,
): LineDecoder {
  const key = `${formatCodexVersion(version)} ${historyMode}`;
  const made = decodersByKinds.get(kinds) ?? new Map<string, LineDecoder>();
  const decoder = made.get(key) ?? newDecoder(version, historyMode, kinds);
  decodersByKinds.set(kinds, made.set(key, decoder));
  return decoder;
}

/** Each is made once, and what it has learned of one rollout serves the next. */
const decodersByKinds = new Map<ReadonlySet<string> | null, Map<string, LineDecoder>>();

function newDecoder(
  version: CodexVersion,
  historyMode: 'legacy' | 'paginated',
  kinds: ReadonlySet<string> | null,
): LineDecoder {
  const decode = recordDecoder(version, historyMode);
  const quick = new QuickRecords(version, historyMode, decode, kinds);
  return (line) => {
    const record = line.place && quick.read(line.place);
    if (record) return record;
    const { bytes } = line;
    return bytes && !isBlank(bytes) ? decode(bytes) : null;
  };
}

/** The members of a line that matter, each of which stands there once. */
const ENVELOPE = ['timestamp', 'ordinal', 'type', 'payload'].map((name) => Buffer.from(`"${name}"`));
const ZERO = 0x30;
/** So many digits are exact in any number. */
const MOST_DIGITS = 15;

const ofNoMatter: DecodedLine = { kind: 'other', isKept: true };

class QuickRecords {
  readonly #decode: RecordDecoder;
  readonly #readsOrdinals: boolean;
  readonly #kinds: QuickKinds;
  readonly #wanted: ReadonlySet<string> | null;
  readonly #head = new KindAtHead();
  /** What the lines of a kind say of which only the ordinal and the timestamp differ. */
  readonly #asEver = new Map<string, DecodedLine>();

  constructor(
    version: CodexVersion,
    historyMode: 'legacy' | 'paginated',
    decode: RecordDecoder,
    wanted: ReadonlySet<string> | null,
  ) {
    const reading = lineReading(version, historyMode);
    this.#decode = decode;
    this.#readsOrdinals = reading.readsOrdinals;
    this.#kinds = new QuickKinds(version, reading);
    this.#wanted = wanted;
  }

  /** Null when the line is not written as Codex writes lines, or is of a kind that has to be decoded. */
  read({ block, start, end }: LinePlace): RolloutRecord | null {
    const head = this.#head;
    const name = head.read(block, start, end);
    if (name === null || !isPlainOrdinal(block, head)) return null;
    const line = this.#isUnwanted(name, block, end) ? ofNoMatter : this.#payload(name, block, start, end);
    if (!line) return null;
    const timestamp = block.toString('latin1', head.timestampStart, head.timestampEnd);
    return stamped(line, this.#readsOrdinals ? ordinalOf(block, head) : null, timestamp);
  }

  /** Whether nobody asks for a line of this kind, and it ends as Codex ends lines. */
  #isUnwanted(name: string, block: Buffer, end: number): boolean {
    const isWanted = this.#wanted === null || this.#wanted.has(name);
    return !isWanted && block[end - 1] === CLOSE_BRACE && block[end - 2] === CLOSE_BRACE;
  }

  #payload(name: string, block: Buffer, start: number, end: number): DecodedLine | null {
    const kind = this.#kinds.get(name);
    if (!kind) return null;
    kind.forget();
    const payloadEnd = kind.scan(block, this.#head.payloadStart, 2);
    if (payloadEnd < 0 || scanRest(block, payloadEnd, 1, ENVELOPE) !== end) return null;
    const taken = kind.take(block);
    return taken === 'as ever' ? (this.#asEver.get(name) ?? this.#learn(name, block.subarray(start, end))) : taken;
  }

  #learn(name: string, bytes: Buffer): DecodedLine | null {
    const record = this.#decode(bytes);
    if (!isItem(record)) return null;
    const { ordinal: _, timestamp: __, ...line } = record;
    this.#asEver.set(name, line);
    return line;
  }
}

/** The most frequent kinds are written out: copying members one does not know takes ten times as long. */
function stamped(line: DecodedLine, ordinal: bigint | null, timestamp: string): RolloutItem {
  switch (line.kind) {
    case 'response_item': {
      const { kind, is_known, is_user_message, is_hook_prompt } = line;
      return { kind, is_known, is_user_message, is_hook_prompt, ordinal, timestamp };
    }
    case 'session_meta':
      return { kind: line.kind, meta: line.meta, ordinal, timestamp };
    case 'token_count':
      return { kind: line.kind, info: line.info, ordinal, timestamp };
    case 'other':
    case 'turn_item':
    case 'user_message':
      return { kind: line.kind, isKept: line.isKept, ordinal, timestamp };
    default:
      return { ...line, ordinal, timestamp };
  }
}

/** Whether the digits of an ordinal can be told at once; so it is where there is none. */
function isPlainOrdinal(bytes: Buffer, { ordinalStart, ordinalEnd }: KindAtHead): boolean {
  const digits = ordinalEnd - ordinalStart;
  return digits <= MOST_DIGITS && !(digits > 1 && bytes[ordinalStart] === ZERO);
}

/** The ordinal of the line whose head was read; null when it has none. */
function ordinalOf(bytes: Buffer, { ordinalStart, ordinalEnd }: KindAtHead): bigint | null {
  if (ordinalStart === ordinalEnd) return null;
  let value = 0;
  for (let at = ordinalStart; at < ordinalEnd; at++) value = value * 10 + (bytes[at] as number) - ZERO;
  return BigInt(value);
}
