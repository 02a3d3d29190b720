import { expect, test } from 'vitest';
import type { JsonValue } from '../../src/json/json-value.ts';
import { LogText } from '../../src/report/tap/log-text.ts';
import type { Direction } from '../../src/tap/passage.ts';

let seq = 0;
const at = (atMs: number, connection: string, direction: Direction, message: JsonValue) => ({
  ...{ seq: ++seq, atMs, connection, direction, message, problem: null },
  line: Buffer.from(JSON.stringify(message)),
});

test('an answer says how long it took, and a client that goes which of its requests had none', () => {
  const log = new LogText(Date.parse('2026-01-02T03:04:05Z'));
  const lines = [
    log.message(at(0, 'c1', 'sent', { id: 1, method: 'thread/list', params: {} })),
    log.message(at(1, 'c1', 'sent', { id: 2, method: 'thread/read', params: {} })),
    log.message(at(2, 'c2', 'sent', { id: 2, method: 'thread/resume', params: {} })),
    log.message(at(7.5, 'c1', 'received', { id: 1, result: {} })),
    log.closed('c1', 11),
    log.message(at(12, 'c2', 'received', { id: 2, error: { code: 1, message: 'no' } })),
    log.closed('c2', 13),
  ];
  expect(lines.slice(3)).toEqual([
    '03:04:05.007 ← c1  response     thread/list                 7.5 ms  {}\n',
    '03:04:05.011 = c1 has gone; not answered: thread/read (10.0 ms)\n',
    '03:04:05.012 ← c2  error        thread/resume               10.0 ms  1 no\n',
    '03:04:05.013 = c2 has gone\n',
  ]);
});
