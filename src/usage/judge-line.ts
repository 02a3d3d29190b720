import { isBlank, type Line } from '../rollout/line.ts';
import type { RecordDecoder } from '../rollout/record.ts';
import type { SessionMeta } from '../rollout/session-meta.ts';
import type { TokenUsageInfo } from '../rollout/token-count.ts';
import type { NoticeId } from './notice.ts';

/** What one line means to somebody who looks for the restored usage. */
export type LineJudgement =
  | { readonly kind: 'usage'; readonly info: TokenUsageInfo; readonly timestamp: string }
  /** A `token_count` whose `info` is null: it leaves earlier usage standing (docs/codex.md 4.1). */
  | { readonly kind: 'null-info' }
  | { readonly kind: 'session-meta'; readonly meta: SessionMeta }
  /** A turn starts here. */
  | { readonly kind: 'turn'; readonly turnId: string }
  | { readonly kind: 'other' }
  | { readonly kind: 'blank' }
  /** Something that has to be said about the line: mostly that Codex skips it. */
  | { readonly kind: 'notice'; readonly id: NoticeId; readonly message: string };

/** Judges a line. `bytes` is its content, or null when it is too long to be held. */
export function judgeLine(line: Line, bytes: Buffer | null, decode: RecordDecoder): LineJudgement {
  if (bytes === null) {
    if (!line.matched) return { kind: 'other' };
    const message = `this line of ${line.length} bytes is too long to be decoded here; it may be a token_count`;
    return { kind: 'notice', id: 'oversized-line', message };
  }
  if (isBlank(bytes)) return { kind: 'blank' };
  const record = decode(bytes);
  switch (record.kind) {
    case 'token_count':
      return record.info ? { kind: 'usage', info: record.info, timestamp: record.timestamp } : { kind: 'null-info' };
    case 'session_meta':
      return { kind: 'session-meta', meta: record.meta };
    case 'task_started':
      return { kind: 'turn', turnId: record.turn_id };
    case 'dropped':
      return skipped(record.type === 'token_count', `${record.field}: ${record.problem}`);
    case 'unreadable':
      if (record.refusesAll) return refused(record.problem);
      return line.terminated ? skipped(line.matched, record.problem) : torn(line);
    default:
      return { kind: 'other' };
  }
}

function skipped(isTokenCount: boolean, problem: string): LineJudgement {
  return isTokenCount
    ? { kind: 'notice', id: 'dropped-token-count', message: `Codex drops this token_count: ${problem}` }
    : { kind: 'notice', id: 'unreadable-line', message: `Codex skips this line: ${problem}` };
}

function refused(problem: string): LineJudgement {
  return { kind: 'notice', id: 'unreadable-line', message: `Codex cannot load a rollout with such a line: ${problem}` };
}

function torn({ length }: Line): LineJudgement {
  const message = `the last line is incomplete (${length} bytes, no line end): it may still be being written`;
  return { kind: 'notice', id: 'torn-last-line', message };
}
