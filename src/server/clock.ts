import { createHash, randomBytes as systemRandomBytes } from 'node:crypto';

/** What a seeded clock says first. */
const SEEDED_START = Date.parse('2026-01-01T00:00:00.000Z');

let seed: string | null = null;
let asked = 0;

/**
 * Makes the times and the ids of all servers in this process the same ones each time: time goes on by a millisecond whenever
 * it is asked for. `null`: no more.
 */
export function repeatFrom(text: string | null): void {
  seed = text;
  asked = 0;
}

export function isSeeded(): boolean {
  return seed !== null;
}

/** The time, in milliseconds since 1970. */
export function now(): number {
  return seed === null ? Date.now() : SEEDED_START + asked++;
}

/** When a file was written to last: of a seeded server, when it began, since its own clock stamps no files. */
export function fileTime(ms: number): number {
  return seed === null ? ms : SEEDED_START;
}

/** Random bytes, up to 32 of them. */
export function randomBytes(count: number): Buffer {
  if (seed === null) return systemRandomBytes(count);
  return createHash('sha256').update(`${seed} ${asked++}`).digest().subarray(0, count);
}
