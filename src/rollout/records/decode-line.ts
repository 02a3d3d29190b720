import { lineReading } from '../../codex/line-reading.ts';
import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
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
 */
export function lineDecoder(version: CodexVersion, historyMode: 'legacy' | 'paginated'): LineDecoder {
  const key = `${formatCodexVersion(version)} ${historyMode}`;
  const decoder = decodersByVersion.get(key) ?? newDecoder(version, historyMode);
  decodersByVersion.set(key, decoder);
  return decoder;
}

/** Each is made once, and what it has learned of one rollout serves the next. */
const decodersByVersion = new Map<string, LineDecoder>();

function newDecoder(version: CodexVersion, historyMode: 'legacy' | 'paginated'): LineDecoder {
  const decode = recordDecoder(version, historyMode);
  const quick = new QuickRecords(version, historyMode, decode);
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

class QuickRecords {
  readonly #decode: RecordDecoder;
  readonly #readsOrdinals: boolean;
  readonly #kinds: QuickKinds;
  readonly #head = new KindAtHead();
  /** What the lines of a kind say of which only the ordinal and the timestamp differ. */
  readonly #asEver = new Map<string, DecodedLine>();

  constructor(version: CodexVersion, historyMode: 'legacy' | 'paginated', decode: RecordDecoder) {
    const reading = lineReading(version, historyMode);
    this.#decode = decode;
    this.#readsOrdinals = reading.readsOrdinals;
    this.#kinds = new QuickKinds(version, reading);
  }

  /** Null when the line is not written as Codex writes lines, or is of a kind that has to be decoded. */
  read({ block, start, end }: LinePlace): RolloutRecord | null {
    const head = this.#head;
    const name = head.read(block, start, end);
    const kind = name === null ? null : this.#kinds.get(name);
    if (name === null || !kind || !isPlainOrdinal(block, head)) return null;
    kind.forget();
    const payloadEnd = kind.scan(block, head.payloadStart, 2);
    if (payloadEnd < 0 || scanRest(block, payloadEnd, 1, ENVELOPE) !== end) return null;
    const taken = kind.take(block);
    const line =
      taken === 'as ever' ? (this.#asEver.get(name) ?? this.#learn(name, block.subarray(start, end))) : taken;
    if (!line) return null;
    const timestamp = block.toString('latin1', head.timestampStart, head.timestampEnd);
    return stamped(line, this.#readsOrdinals ? ordinalOf(block, head) : null, timestamp);
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
export function isPlainOrdinal(bytes: Buffer, { ordinalStart, ordinalEnd }: KindAtHead): boolean {
  const digits = ordinalEnd - ordinalStart;
  return digits <= MOST_DIGITS && !(digits > 1 && bytes[ordinalStart] === ZERO);
}

/** The ordinal of the line whose head was read; null when it has none. */
export function ordinalOf(bytes: Buffer, { ordinalStart, ordinalEnd }: KindAtHead): bigint | null {
  if (ordinalStart === ordinalEnd) return null;
  let value = 0;
  for (let at = ordinalStart; at < ordinalEnd; at++) value = value * 10 + (bytes[at] as number) - ZERO;
  return BigInt(value);
}
