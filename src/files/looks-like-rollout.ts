import type { FileExcerpt } from './excerpt.ts';

/** How Codex names rollouts. */
const NAME = /^rollout-.*\.jsonl(?:\.zst)?$/i;
/** The beginning of a record that is longer than what was read of it. */
const CUT_RECORD = /^\s*\{(?:"(?:timestamp|ordinal)":(?:"[^"]*"|\d+),)*"type":"\w+",\s*"payload":/;
/** How many lines are looked at. */
const LINES = 50;

/** Whether a file is called as Codex calls a rollout. `name`: without folders. */
export function isRolloutName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Whether one of the first lines of a file is a record of a rollout, as any Codex version wrote them: an object with a
 * type and a payload; before 0.32 a bare item, or the head of a session.
 */
export function looksLikeRollout({ start }: FileExcerpt): boolean {
  const lines = start
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n', LINES);
  return lines.some((line) => CUT_RECORD.test(line) || isRecord(line));
}

function isRecord(line: string): boolean {
  const record = objectIn(line);
  if (!record) return false;
  const has = (...names: string[]) => names.every((name) => Object.hasOwn(record, name));
  if (has('record_type') || has('id', 'timestamp', 'instructions')) return true;
  return typeof record.type === 'string' && (has('payload') || has('role', 'content') || has('call_id'));
}

function objectIn(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
