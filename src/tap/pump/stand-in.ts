import type { Readable, Writable } from 'node:stream';
import { within } from '../../wire/within.ts';
import type { TapFault } from '../faults/fault.ts';
import { Misbehaviour } from '../faults/misbehaviour.ts';
import { tamperedLines } from '../faults/tampered-lines.ts';
import type { Onlooker } from '../passage.ts';
import type { Child, ProcessEnd } from './child.ts';
import { drained, flow } from './flow.ts';

/** The client's end. */
export interface ClientSide {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** How long the output of a server that is gone may be silent, held open by a server that it left behind. */
const SILENT_MS = 1_000;

/**
 * Passes everything between a client and the server that runs in `child`, until the server has ended and all that it
 * said is handed on. `faults`: what is done to the messages of the server.
 */
export async function standIn(
  { server, ended }: Child,
  client: ClientSide,
  onlooker: Onlooker,
  faults: readonly TapFault[] = [],
): Promise<ProcessEnd> {
  let passages = 0;
  const misbehaviour = new Misbehaviour(faults);
  const told = (what: string) => onlooker.tampered('c1', what);
  const cut = () => {
    onlooker.cut('c1');
    server.kill('SIGKILL');
  };
  const tamper = faults.length > 0 ? tamperedLines(misbehaviour, told, cut) : undefined;
  const seen = (direction: 'sent' | 'received' | 'stderr') => (bytes: Buffer) => {
    passages++;
    onlooker.passed('c1', direction, bytes);
    if (direction === 'sent') misbehaviour.sent(bytes);
    return onlooker.room();
  };
  server.stdin.on('error', () => {});
  void flow(client.stdin, server.stdin, seen('sent')).then(() => server.stdin.end());
  const outputs = [client.stdout, client.stderr];
  const passed = Promise.all([
    flow(server.stdout, client.stdout, seen('received'), tamper),
    flow(server.stderr, client.stderr, seen('stderr')),
  ]);
  const end = await ended;
  for (
    let before = -1;
    before !== passages &&
    !(await within(
      passed.then(() => true),
      SILENT_MS,
    ));
  ) {
    // A client that is slow to read is waited for; somebody who holds the output open and says nothing is not.
    if (!outputs.some((output) => output.writableNeedDrain)) before = passages;
  }
  client.stdin.destroy();
  server.stdout.destroy();
  server.stderr.destroy();
  await Promise.all(outputs.map(drained));
  return end;
}
