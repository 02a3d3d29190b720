import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { publishable } from '../../samples/make/publish.ts';
import { parseRolloutName } from '../../src/history/rollout-name.ts';
import type { LedgerEntry } from './ledger.ts';

/** Copies the rollouts and the ledger of a grown forest, without long texts, so that they can be kept among the tests. */
export function publishForest(from: string, to: string): void {
  const home = join(from, 'home');
  const files = readdirSync(home, { recursive: true })
    .map(String)
    .filter((file) => parseRolloutName(basename(file)))
    .sort();
  const texts = new Map(files.map((file) => [rolloutIdOf(file), readFileSync(join(home, file), 'utf8')]));
  const published = publishable(ancestorsFirst(texts), from);
  for (const file of files) {
    const path = join(to, 'home', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, published.get(rolloutIdOf(file)) ?? '');
  }
  const entries = readFileSync(join(from, 'ledger.jsonl'), 'utf8').trimEnd().split('\n');
  writeFileSync(join(to, 'ledger.json'), `[\n${entries.map((entry) => `  ${entryText(entry)}`).join(',\n')}\n]\n`);
}

function rolloutIdOf(file: string): string {
  return parseRolloutName(basename(file))?.rolloutId ?? file;
}

/** A rollout goes on from an older one, and ids begin with the time. */
function ancestorsFirst(texts: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function entryText(line: string): string {
  const { at, model, threadId, turnId, isServerCompaction, usage, lost } = JSON.parse(line) as LedgerEntry;
  return JSON.stringify({ at, model, threadId, turnId, isServerCompaction, usage, lost });
}
