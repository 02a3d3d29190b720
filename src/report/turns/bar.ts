import type { Style } from '../style.ts';

/** Shares of the context window from which on the bar warns, in per cent. */
const FILLING = 70;
const FULL = 90;

/**
 * How far the context has filled the window, as a bar of `width` characters. Empty when it is not known.
 * @param tokens in the context
 * @param window its size in tokens
 */
export function contextBar(tokens: bigint | null, window: bigint | null, width: number, style: Style): string {
  if (tokens === null || window === null || window <= 0n) return '';
  const percent = Math.min(Math.max((Number(tokens) / Number(window)) * 100, 0), 100);
  const filled = Math.round((percent / 100) * width);
  const paint = percent >= FULL ? style.bad : percent >= FILLING ? style.warning : style.good;
  return `${paint('█'.repeat(filled))}${'░'.repeat(width - filled)}`;
}
