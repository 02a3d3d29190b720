import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonText } from '../../json/json-text.ts';
import { now } from '../clock.ts';

/** Writes down the name of a thread, as Codex does: a line more in `session_index.jsonl` of its home. @throws the system's error */
export async function appendName(codexHome: string, threadId: string, name: string): Promise<void> {
  const entry = { id: threadId, thread_name: name, updated_at: new Date(now()).toISOString() };
  await appendFile(join(codexHome, 'session_index.jsonl'), `${jsonText(entry)}\n`, { mode: 0o600 });
}
