import { type Notice, noticeKinds } from '../usage/notice.ts';

/** A notice as a line of talk: where, and what. */
export function noticeText({ id, message, path, byteOffset }: Notice): string {
  const place = byteOffset === null ? path : `${path}: byte ${byteOffset}`;
  return noticeKinds[id] === 'note' ? `note: ${place}: ${message}` : `${place}: ${message}`;
}
