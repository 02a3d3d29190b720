import { readFile, writeFile } from 'node:fs/promises';

/** Writes a recorded fork to which these notifications were added. @returns the arguments that judge it */
export async function recordedWith(path: string, notifications: readonly object[]): Promise<string[]> {
  const recorded = await readFile('samples/captures/fork-0.169.0.ndjson', 'utf8');
  const entries = recorded
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = entries.at(-1);
  const added = notifications.map((message, i) => ({
    ...{ seq: last.seq + 1 + i, atMs: last.atMs + i, connection: 'client', direction: 'received' },
    message,
  }));
  await writeFile(path, [...entries, ...added].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return ['replay', '--transcript', path, '--fork', 'samples/0.169.0/fork-with-turn.jsonl'];
}
