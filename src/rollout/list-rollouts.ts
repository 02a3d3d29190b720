import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SESSION_FOLDERS = ['sessions', 'archived_sessions'];
const ROLLOUT = /\.jsonl(?:\.zst)?$/;

/**
 * Every rollout below `directory`, sorted by path. Of a Codex home only `sessions/` and `archived_sessions/` are
 * looked at. Links are not followed. Where `x.jsonl` and `x.jsonl.zst` both exist the plain file counts, as for Codex.
 * @throws the system's error when a folder cannot be read.
 */
export async function listRollouts(directory: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(directory, { withFileTypes: true });
  const sessions = entries.filter((entry) => entry.isDirectory() && SESSION_FOLDERS.includes(entry.name));
  for (const entry of sessions.length > 0 ? sessions : entries) await collect(directory, entry, found);
  const plain = new Set(found);
  return found.filter((path) => !(path.endsWith('.zst') && plain.has(path.slice(0, -'.zst'.length)))).sort();
}

async function collect(directory: string, entry: Dirent, found: string[]): Promise<void> {
  const path = join(directory, entry.name);
  if (entry.isFile() && ROLLOUT.test(entry.name)) found.push(path);
  if (!entry.isDirectory()) return;
  for (const inner of await readdir(path, { withFileTypes: true })) await collect(path, inner, found);
}
