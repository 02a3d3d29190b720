import { Problem } from '../../errors.ts';
import { JsonError } from '../../json/grammar.ts';
import { type JsonValue, jsonValue, memberAt } from '../../json/json-value.ts';
import type { Lifecycle, LifecycleParams } from '../../lifecycle/outcome.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { identityOf, type ServerIdentity } from '../drive/server-identity.ts';
import { type Exchange, methodOf } from './exchange.ts';

/** A recording that cannot be read, with the line and byte where that is. */
export class BadRecording extends Problem {
  constructor(message: string) {
    super('bad-recording', message);
  }
}

const NEWLINE = 0x0a;

/**
 * Reads a transcript that was recorded as NDJSON. Other objects, such as the verdict that `--ndjson` ends with, are passed
 * over. @throws {BadRecording}
 */
export function recordedEntries(bytes: Buffer): TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const entry = end > start ? entryOf(bytes.subarray(start, end), `line ${line}, byte ${start}`) : undefined;
    if (entry) entries.push(entry);
    start = end + 1;
  }
  return entries;
}

function entryOf(bytes: Buffer, place: string): TranscriptEntry | undefined {
  const value = parsed(bytes, place);
  if (memberAt(value, 'command') === 'replay' && memberAt(value, 'seq') === undefined) return undefined;
  const [seq, atMs, connection, direction, message, problem] = [
    'seq',
    'atMs',
    'connection',
    'direction',
    'message',
    'problem',
  ].map((key) => memberAt(value, key));
  const isEntry =
    typeof seq === 'number' &&
    typeof atMs === 'number' &&
    (connection === 'client' || connection === 'observer') &&
    (direction === 'sent' || direction === 'received') &&
    message !== undefined;
  if (!isEntry) throw new BadRecording(`${place}: this is no entry of a transcript`);
  return { seq, atMs, connection, direction, message, ...(typeof problem === 'string' && { problem }) };
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
  for (const { connection, message } of entries) {
    const userAgent = memberAt(message, 'result', 'userAgent');
    if (connection === 'client' && typeof userAgent === 'string') return identityOf(userAgent);
  }
  return identityOf('');
}

/** Which lifecycle a request asked for: a resume is a rejoin if the observer had resumed the thread before. */
export function lifecycleIn(
  entries: readonly TranscriptEntry[],
  { method, requestedThread, request }: Exchange,
): Lifecycle {
  if (method === 'thread/fork') return 'fork';
  const isAttached = entries.some(
    ({ seq, connection, direction, message }) =>
      seq < request.seq &&
      connection === 'observer' &&
      direction === 'sent' &&
      methodOf(message) === 'thread/resume' &&
      memberAt(message, 'params', 'threadId') === requestedThread,
  );
  return isAttached ? 'rejoin' : 'resume';
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
