import { type Notice, noticeKinds } from '../usage/notice.ts';

/** Notices that are told one by one. */
const TOLD = 5;

/** What there is to say, as lines of talk: where, and what. Of many the last ones, which are nearest to the answer. */
export function noticeLines(notices: readonly Notice[]): string[] {
  const untold = notices.length > TOLD ? notices.length - (TOLD - 1) : 0;
  const lines = notices.slice(untold).map(noticeText);
  return untold > 0 ? [`${notices[0]?.path}: ${untold} more notices; --json names them`, ...lines] : lines;
}

function noticeText({ id, message, path, byteOffset }: Notice): string {
  const place = byteOffset === null ? path : `${path}: byte ${byteOffset}`;
  return noticeKinds[id] === 'note' ? `note: ${place}: ${message}` : `${place}: ${message}`;
}
