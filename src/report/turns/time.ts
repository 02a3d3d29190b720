import type { TurnWithUsage } from '../../accounting/thread-turns.ts';

/** `seconds` since 1970 as `YYYY-MM-DD HH:MM:SS` in UTC; the number itself where no calendar reaches. */
export function utcText(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds}` : date.toISOString().slice(0, -5).replace('T', ' ');
}

/** `milliseconds` as `45 ms`, `1.2 s`, `3 m 05 s` or `2 h 03 m`. */
export function durationText(milliseconds: bigint): string {
  if (milliseconds < 1000n) return `${milliseconds} ms`;
  const tenths = (milliseconds + 50n) / 100n;
  if (tenths < 600n) return `${(Number(tenths) / 10).toFixed(1)} s`;
  const seconds = milliseconds / 1000n;
  if (seconds < 3600n) return `${seconds / 60n} m ${padded(seconds % 60n)} s`;
  return `${seconds / 3600n} h ${padded((seconds % 3600n) / 60n)} m`;
}

function padded(count: bigint): string {
  return String(count).padStart(2, '0');
}

/** When and how long, and whether the events of the turn do not say it, so that its lines do. */
export interface TurnTime<T> {
  readonly value: T;
  readonly isOfLines: boolean;
}

/** When a turn began, in seconds since 1970; null when nothing says it. */
export function startOf({ startedAt, firstLineAt }: TurnWithUsage): TurnTime<bigint> | null {
  if (startedAt !== null) return { value: startedAt, isOfLines: false };
  const written = millisecondsAt(firstLineAt);
  return written === null ? null : { value: BigInt(Math.floor(written / 1000)), isOfLines: true };
}

/** How long a turn took that has ended, in milliseconds; null when nothing says it. */
export function durationOf(turn: TurnWithUsage): TurnTime<bigint> | null {
  const { durationMs, startedAt, completedAt, firstLineAt, lastLineAt, status } = turn;
  if (durationMs !== null) return durationMs < 0n ? null : { value: durationMs, isOfLines: false };
  if (startedAt !== null && completedAt !== null)
    return completedAt < startedAt ? null : { value: (completedAt - startedAt) * 1000n, isOfLines: false };
  const [first, last] = [millisecondsAt(firstLineAt), millisecondsAt(lastLineAt)];
  if (status === 'inProgress' || first === null || last === null || last < first) return null;
  return { value: BigInt(last - first), isOfLines: true };
}

const WRITTEN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The timestamp of a line, which may be any text, in milliseconds since 1970. */
function millisecondsAt(timestamp: string | null): number | null {
  const time = timestamp !== null && WRITTEN.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
