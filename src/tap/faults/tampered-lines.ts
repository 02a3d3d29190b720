import { setTimeout as wait } from 'node:timers/promises';
import { LineCutter } from '../observe/line-cutter.ts';
import type { Misbehaviour } from './misbehaviour.ts';

const NEWLINE = Buffer.from('\n');

/** What reaches the client of a server that speaks in lines. `onChange` is called with what was done; `cut` ends the connection. */
export function tamperedLines(
  misbehaviour: Misbehaviour,
  onChange: (what: string) => void,
  cut: () => void,
): (bytes: Buffer) => AsyncGenerator<Buffer> {
  const lines = new LineCutter(Number.POSITIVE_INFINITY);
  let isCut = false;
  return async function* tampered(bytes) {
    for (const line of lines.add(bytes)) {
      if (isCut) return;
      const { copies, delayMs, cut: ends, what } = misbehaviour.received(line);
      if (what !== null) onChange(what);
      if (delayMs > 0) await wait(delayMs);
      for (let i = 0; i < copies; i++) yield Buffer.concat([line, NEWLINE]);
      if (ends) cut();
      isCut ||= ends;
    }
  };
}
