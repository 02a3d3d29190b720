import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything below a folder, by path: kind, mode, size, times of change, and the SHA-256 of files. */
export function fingerprint(folder: string): Record<string, string> {
  const paths = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].sort();
  return Object.fromEntries(paths.map((path) => [path, fingerprintOf(join(folder, path))]));
}

function fingerprintOf(path: string): string {
  const { mode, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
  const isFile = lstatSync(path).isFile();
  const hash = isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file';
  return `mode ${mode.toString(8)}, ${size} bytes, written ${mtimeNs}, changed ${ctimeNs}, ${hash}`;
}
