import { readFile, writeFile } from 'node:fs/promises';
import type { TranscriptEntry } from '../../src/wire/transcript.ts';
import { homeWith } from '../support/sample-home.ts';

const FORK = 'samples/0.169.0/fork-with-turn.jsonl';

/** Writes a recorded fork to which these notifications were added. @returns the arguments that judge it */
export async function recordedWith(path: string, notifications: readonly object[]): Promise<string[]> {
  const entries = await recorded('samples/captures/fork-0.169.0.ndjson');
  const added = notifications.map((message) => ({ connection: 'client', direction: 'received', message }));
  await writeTranscript(path, [...entries, ...added]);
  return ['replay', '--transcript', path, '--fork', FORK];
}

/** Writes what a tap records of two clients, each with a lifecycle or two, one after the other. @returns the arguments that judge it */
export async function tapOfTwoClients(path: string, home: string): Promise<string[]> {
  await homeWith(['samples/0.169.0/fork-parent.jsonl', FORK, 'samples/0.169.0/two-turns.jsonl'], home);
  const [first, second] = await Promise.all(
    ['samples/captures/fork-resume-0.169.0.ndjson', 'samples/captures/resume-0.169.0.ndjson'].map(recorded),
  );
  const of = (connection: string, entries: readonly Unnumbered[] = []) =>
    entries.map((each) => ({ ...each, connection }));
  await writeTranscript(path, [...of('c1', first), ...of('c2', second)]);
  return ['replay', '--transcript', path, '--codex-home', home];
}

type Unnumbered = Pick<TranscriptEntry, 'connection' | 'direction' | 'message'>;

async function recorded(path: string): Promise<Unnumbered[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** A millisecond lies between two messages. */
async function writeTranscript(path: string, entries: readonly object[]): Promise<void> {
  const lines = entries.map((entry, i) => `${JSON.stringify({ ...entry, seq: i + 1, atMs: i })}\n`);
  await writeFile(path, lines.join(''));
}
