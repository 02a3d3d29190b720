import { JsonError } from '../../json/grammar.ts';
import { type JsonValue, jsonValue } from '../../json/json-value.ts';
import { readMessage } from '../../wire/rpc-message.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import type { Direction } from '../passage.ts';

/** A line that passed. */
export interface TappedMessage {
  readonly seq: number;
  readonly atMs: number;
  readonly connection: string;
  readonly direction: Direction;
  /** As it passed, without its newline. Valid until more bytes are looked at. */
  readonly line: Buffer;
  /** Undefined where it is no JSON. */
  readonly message: JsonValue | undefined;
  /** What is wrong with it as a message of the protocol; null when nothing is. */
  readonly problem: string | null;
}

/** How much of what is no JSON goes on to be shown and judged, in characters. */
const TEXT_SHOWN = 200;

/** Reads a line that passed. What is on standard error is text. */
export function tappedMessage(
  line: Buffer,
  place: Pick<TappedMessage, 'seq' | 'atMs' | 'connection' | 'direction'>,
): TappedMessage {
  if (place.direction === 'stderr') return { ...place, line, message: undefined, problem: null };
  try {
    const message = jsonValue(line);
    const reading = readMessage(message);
    return { ...place, line, message, problem: reading.kind === 'defect' ? reading.problem : null };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return { ...place, line, message: undefined, problem: `not JSON: ${error.message} at byte ${error.offset}` };
  }
}

/** It as an entry of a transcript; undefined for standard error, which is no part of the protocol. */
export function transcriptEntry({ line, message, problem, ...place }: TappedMessage): TranscriptEntry | undefined {
  const { seq, atMs, connection, direction } = place;
  if (direction === 'stderr') return undefined;
  const shown = message === undefined ? beginning(line) : message;
  return { seq, atMs, connection, direction, message: shown, ...(problem !== null && { problem }) };
}

function beginning(line: Buffer): string {
  return [...line.subarray(0, 4 * TEXT_SHOWN).toString('utf8')].slice(0, TEXT_SHOWN).join('');
}
