import type { SessionMeta } from '../codex/records/session-meta.ts';
import type { TokenUsageInfo } from '../codex/records/token-count.ts';
import type { Line } from '../rollout/lines/line.ts';
import type { LineDecoder } from '../rollout/records/decode-line.ts';
import type { RolloutRecord } from '../rollout/records/record.ts';
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

/** Longer lines are not looked into, and only named if they may be a `token_count`: a real one has some 700 bytes. */
export const LONGEST_RECORD = 16 * 1024 * 1024;

/** Judges a line, which has no content when it is longer than `LONGEST_RECORD`. */
export function judgeLine(line: Line, decode: LineDecoder): LineJudgement {
  if (line.bytes === null) return line.matched ? tooLong(line) : { kind: 'other' };
  const record = decode(line);
  return record ? judgeRecord(line, record) : { kind: 'blank' };
}

/** Judges a line that has been decoded. */
export function judgeRecord(line: Line, record: RolloutRecord): LineJudgement {
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

/** What there is to say about a line that is too long to be decoded. */
export function tooLong({ length }: Line): LineJudgement {
  const message = `this line of ${length} bytes is too long to be decoded here; it may be a token_count`;
  return { kind: 'notice', id: 'oversized-line', message };
}

function skipped(isTokenCount: boolean, problem: string): LineJudgement {
  return isTokenCount
    ? { kind: 'notice', id: 'dropped-token-count', message: `Codex drops this token_count: ${problem}` }
    : { kind: 'notice', id: 'unreadable-line', message: `Codex skips this line: ${problem}` };
}

function refused(problem: string): LineJudgement {
  return { kind: 'notice', id: 'invalid-utf8', message: `Codex cannot load a rollout with such a line: ${problem}` };
}

function torn({ length }: Line): LineJudgement {
  const message = `the last line is no record and has no line end (${length} bytes): it may still be being written`;
  return { kind: 'notice', id: 'torn-last-line', message };
}
