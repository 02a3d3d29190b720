import { readdir } from 'node:fs/promises';
import { normalize } from 'node:path';
import { isLeftOut } from '../../history/list-rollouts.ts';
import { entryOf } from '../../history/paths.ts';
import { readExpectationFile } from './file.ts';
import { readExpectation } from './format.ts';

const SUFFIX = '.expected.json';

/**
 * The expectations below a folder beside which there is no rollout, sorted, from the folders that are looked into for
 * rollouts. Files that are called so, but hold no expectation, are somebody else's. What cannot be read is passed over:
 * that is told when rollouts are looked for.
 */
export async function orphanExpectations(folder: string): Promise<string[]> {
  const found: string[] = [];
  await collect(normalize(folder), found);
  return found.sort();
}

async function collect(folder: string, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries) {
    const path = entryOf(folder, entry.name);
    if (entry.isDirectory() && !isLeftOut(entry.name)) await collect(path, found);
    if (!entry.isFile() || !entry.name.endsWith(SUFFIX)) continue;
    const rollout = `${entry.name.slice(0, -SUFFIX.length)}.jsonl`;
    const isAlone = !names.has(rollout) && !names.has(`${rollout}.zst`);
    if (isAlone && (await isExpectation(path))) found.push(path);
  }
}

/** Whether the file at `path` is an expectation that can be read. */
export async function isExpectation(path: string): Promise<boolean> {
  try {
    const bytes = await readExpectationFile(path);
    return bytes !== null && readExpectation(bytes).version === 1;
  } catch {
    return false;
  }
}
