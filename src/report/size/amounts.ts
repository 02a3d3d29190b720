import type { Style } from '../style.ts';

/** `bytes` in the unit that fits: `812 bytes`, `14.3 KB`, `10.4 GB`; 1 KB is 1,000 bytes. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `seconds` as `0.2 s`, `12 s` or `8 min`. */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** A part of a whole in per cent; what is there is never 0. */
export function shareText(part: number, whole: number): string {
  if (part === 0) return '0%';
  const percent = Math.round((part / whole) * 100);
  return percent === 0 ? '<1%' : `${percent}%`;
}

/** A part of a whole as a bar of `width` characters, which can be read without colour. */
export function shareBar(part: number, whole: number, width: number): string {
  const filled = whole === 0 ? 0 : Math.round((part / whole) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}

/** The words of concern, as what they mean. */
export function concernText(concern: 'low' | 'noticeable' | 'high' | 'extreme', style: Style): string {
  const paint = { low: style.good, noticeable: style.heading, high: style.warning, extreme: style.bad }[concern];
  return paint(concern);
}
