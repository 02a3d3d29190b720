import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonError } from '../json/grammar.ts';
import { jsonValue, memberAt } from '../json/json-value.ts';

/**
 * The names that users gave to their threads, by thread id: `session_index.jsonl` of a Codex home, to which Codex appends
 * a line for each renaming, so that the last one counts. Lines that are none are passed over.
 */
export function threadNames(home: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const line of indexLines(home)) {
    const entry = parsed(line);
    const [id, name] = [memberAt(entry, 'id'), memberAt(entry, 'thread_name')];
    if (typeof id === 'string' && typeof name === 'string') names.set(id.toLowerCase(), name);
  }
  return names;
}

function indexLines(home: string): readonly string[] {
  try {
    return readFileSync(join(home, 'session_index.jsonl'), 'utf8').split('\n');
  } catch {
    // Without an index, or with one that cannot be read, threads have no names.
    return [];
  }
}

function parsed(line: string) {
  try {
    return jsonValue(Buffer.from(line));
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}
