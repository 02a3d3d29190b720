import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const SAMPLE = 'samples/0.144.6/two-turns.jsonl';
const SAMPLE_ID = '01a20417-736d-7531-8d9c-11760c75263e';

/**
 * Writes rollouts that say these texts wherever a rollout may say something: one for each text, with it as folder,
 * originator, version, model, turn id and message, in unknown records and fields.
 * @returns their paths
 */
export async function hostileRollouts(texts: readonly string[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const lines = (await readFile(SAMPLE, 'utf8')).trim().split('\n');
  return Promise.all(
    texts.map(async (text, i) => {
      const id = `01a20417-0000-7000-8000-${String(i).padStart(12, '0')}`;
      const path = join(folder, `rollout-2026-11-22T16-29-41-${id}.jsonl`);
      const records = lines.map((line) => replace(JSON.parse(line.replaceAll(SAMPLE_ID, id)), text));
      const unknown = { timestamp: text, type: text, payload: { type: text, [text]: text } };
      await writeFile(path, [...records, unknown].map((each) => `${JSON.stringify(each)}\n`).join(''));
      return path;
    }),
  );
}

/** What people, models and clients say in a rollout. Other fields have to be what Codex writes, or the record is dropped. */
const SAID = new Set(['cwd', 'originator', 'cli_version', 'model', 'turn_id', 'message', 'text', 'last_agent_message']);

function replace(value: unknown, text: string): unknown {
  if (Array.isArray(value)) return value.map((each) => replace(each, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      SAID.has(key) && typeof each === 'string' ? text : replace(each, text),
    ]),
  );
}
