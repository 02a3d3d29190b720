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
