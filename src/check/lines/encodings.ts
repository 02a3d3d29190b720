const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const RECORDS_APART_BY_CR = Buffer.from('}\r{');

/** Whether the first bytes of a file are a byte order mark of UTF-8. */
export function hasByteOrderMark(head: Buffer): boolean {
  return head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
}

/** Whether the first bytes of a file look like UTF-16: its byte order mark, or an ASCII character and a zero. */
export function isUtf16(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMarked || (head.length > 1 && (first === 0) !== (second === 0));
}

/** Whether a line, which should be one record, holds several that only a carriage return separates. */
export function holdsCarriageReturns(line: Buffer): boolean {
  return line.includes(RECORDS_APART_BY_CR);
}
