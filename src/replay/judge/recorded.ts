import { Problem } from '../../errors.ts';
import { JsonError } from '../../json/grammar.ts';
import { type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import type { LifecycleParams } from '../../lifecycle/outcome.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { identityOf, type ServerIdentity } from '../drive/server-identity.ts';
import type { Exchange } from './exchange.ts';
import { type Expectations, readExpectations } from './expectations.ts';
import { LifecycleWatch, type WatchedLifecycle } from './lifecycle-watch.ts';

/** A recording that cannot be read, with the line and byte where that is. */
export class BadRecording extends Problem {
  constructor(message: string) {
    super('bad-recording', message);
  }
}

const NEWLINE = 0x0a;

/** What a file with a transcript holds. */
export interface RecordedTranscript {
  readonly entries: readonly TranscriptEntry[];
  /** What was due for the lifecycle whose request has that `seq`, as far as it was recorded with it. */
  readonly expectations: ReadonlyMap<number, Expectations>;
  /** Where an entry stands in the file, by its `seq`; `line` from 1. */
  readonly places: ReadonlyMap<number, { readonly line: number; readonly byteOffset: number }>;
  /** How many messages passed that are not in it. */
  readonly missing: number;
  readonly redacted: boolean;
  /** ISO 8601; null where it is not recorded. */
  readonly startedAt: string | null;
}

/**
 * Reads a transcript that was recorded as NDJSON. A last line that was cut off is passed over, as are other objects: the
 * verdict that `--ndjson` ends with, for example. @throws {BadRecording}
 */
export function readTranscript(bytes: Buffer): RecordedTranscript {
  const entries: TranscriptEntry[] = [];
  const expectations = new Map<number, Expectations>();
  const places = new Map<number, { readonly line: number; readonly byteOffset: number }>();
  const header = { missing: 0, redacted: false, startedAt: null as string | null };
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) {
      try {
        const value = parsed(bytes.subarray(start, end), `line ${line}, byte ${start}`);
        const of = memberAt(value, 'of');
        const due = readExpectations(memberAt(value, 'expected'));
        if (memberAt(value, 'transcript') === 1) {
          header.missing = Number(memberAt(value, 'missing') ?? 0);
          header.redacted = memberAt(value, 'redacted') === true;
          const startedAt = memberAt(value, 'startedAt');
          if (typeof startedAt === 'string') header.startedAt = startedAt;
        } else if (typeof of === 'number' && due) {
          expectations.set(of, due);
        } else if (memberAt(value, 'seq') !== undefined || memberAt(value, 'command') !== 'replay') {
          const entry = entryOf(value, `line ${line}, byte ${start}`);
          if (entry) {
            entries.push(entry);
            places.set(entry.seq, { line, byteOffset: start });
          }
        }
      } catch (error) {
        const isCut = newline < 0 && entries.length > 0;
        if (!isCut) throw error;
      }
    }
    start = end + 1;
  }
  return { entries, expectations, places, ...header };
}

/** Undefined for what is no part of the protocol: a line of the server's standard error. */
function entryOf(value: JsonValue, place: string): TranscriptEntry | undefined {
  const member = (key: string) => memberAt(value, key);
  const [seq, atMs, connection, direction] = [member('seq'), member('atMs'), member('connection'), member('direction')];
  const [message, text, problem] = [member('message'), member('text'), member('problem')];
  const said = message === undefined ? text : message;
  const isPlaced = typeof seq === 'number' && typeof atMs === 'number' && typeof connection === 'string';
  if (isPlaced && direction === 'stderr' && typeof text === 'string') return undefined;
  if (!isPlaced || (direction !== 'sent' && direction !== 'received') || said === undefined) {
    throw new BadRecording(`${place}: this is no entry of a transcript`);
  }
  const wrong = typeof problem === 'string' ? problem : message === undefined ? 'not JSON' : undefined;
  return { seq, atMs, connection, direction, message: said, ...(wrong !== undefined && { problem: wrong }) };
}

function parsed(bytes: Buffer, place: string): JsonValue {
  try {
    return jsonValue(bytes);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new BadRecording(`${place}: ${error.message}`);
  }
}

/** Who the server said it was, in a transcript. */
export function identityIn(entries: readonly TranscriptEntry[]): ServerIdentity {
  for (const { direction, message } of entries) {
    const userAgent = memberAt(message, 'result', 'userAgent');
    if (direction === 'received' && typeof userAgent === 'string') return identityOf(userAgent);
  }
  return identityOf('');
}

/**
 * The lifecycles in a transcript, in the order in which they were asked for. Of what a replay of ours recorded, the last
 * one: those before it prepare for it.
 */
export function lifecyclesIn(entries: readonly TranscriptEntry[]): WatchedLifecycle[] {
  const found: WatchedLifecycle[] = [];
  const watch = new LifecycleWatch({ answered: () => {}, over: (watched) => void found.push(watched) });
  for (const entry of entries) watch.add(entry);
  watch.end();
  found.sort((one, other) => one.request.seq - other.request.seq);
  const last = found.findLast(({ request }) => request.connection === 'client');
  return found.filter((each) => each === last || each.request.connection !== 'client');
}

/** What a request asked for besides the thread. */
export function paramsIn({ params }: Exchange): LifecycleParams {
  const { excludeTurns, lastTurnId, beforeTurnId } = params;
  return {
    ...(excludeTurns === true && { excludeTurns }),
    ...(typeof lastTurnId === 'string' && { lastTurnId }),
    ...(typeof beforeTurnId === 'string' && { beforeTurnId }),
  };
}
