import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { Pseudonyms } from '../../src/redaction/pseudonyms.ts';
import { redactedFile } from '../../src/redaction/redact-file.ts';
import { random } from '../support/random.ts';
import { samples, seed } from '../support/random-sample.ts';
import { temporaryFolder } from '../support/rollout.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const files = globSync(['samples/*/*.jsonl', 'samples/captures/*.ndjson', 'test/cases/**/*.jsonl']).sort();

/** What people have on their machines, each time another. */
const secretKinds: readonly ((n: number) => string)[] = [
  (n) => `hunter${n}`,
  (n) => `sk-proj-${n}Ab_c`,
  (n) => `/home/ann${n}/notes.md`,
  (n) => `C:\\Users\\ann${n}`,
  (n) => `ann${n}@example.com`,
  (n) => `Tell nobody that ${n} is "it", é.`,
  (n) => `ANN_TOKEN_${n}`,
  (n) => `annsProject${n}`,
];

/** Members of maps are called as somebody likes. */
const maps = new Set(['changes', 'env', 'arguments', 'input', 'output', 'metadata', 'structured_content', 'answers']);
/** Members whose value says how the others are read: with another value it would be another line. */
const FORM =
  /^(?:type|method|status|role|kind|phase|direction|connection|history_?[mM]ode|source|.*(?:timestamp|_at|version))$/;

/** Puts secrets in the places of texts, and among the members of maps. @returns the line, and what is secret in it */
function withSecrets(
  line: string,
  below: (limit: number) => number,
): { readonly line: string; readonly secrets: string[] } {
  const secrets: string[] = [];
  const secret = () => {
    const made = (secretKinds[below(secretKinds.length)] as (n: number) => string)(100_000 + below(900_000));
    secrets.push(made);
    return made;
  };
  const told = (value: unknown, key: string, isInMap: boolean): unknown => {
    if (Array.isArray(value)) return value.map((each) => told(each, key, isInMap));
    if (typeof value === 'object' && value !== null) {
      const isMap = isInMap || maps.has(key);
      const members = Object.entries(value).map(([name, member]) => [name, told(member, name, isMap)]);
      const others = isMap
        ? [secret(), 'status', 'type', 'kind', 'method', 'userAgent', 'user_id'].map((name) => [name, secret()])
        : [];
      return Object.fromEntries([...members, ...others]);
    }
    const isFree = typeof value === 'string' && value !== '' && !FORM.test(key) && !new RegExp(UUID.source).test(value);
    return isFree && below(3) === 0 ? secret() : value;
  };
  return { line: JSON.stringify(told(JSON.parse(line), '', false)), secrets };
}

test('secrets anywhere in rollouts and transcripts are not found in what is handed on', () => {
  let searched = 0;
  for (let n = 0; n < samples(80); n++) {
    const below = random(`secrets ${seed} ${n}`);
    const text = readFileSync(files[below(files.length)] as string, 'utf8');
    const lines = text.split('\n').filter((line) => line.startsWith('{') && isJson(line));
    const chosen = lines[below(Math.max(1, lines.length))];
    if (chosen === undefined) continue;
    const { line, secrets } = withSecrets(chosen, below);
    const redacted = redactedFile(Buffer.from(line), new Pseudonyms()).toString();
    for (const secret of secrets) {
      expect({ n, line, redacted: redacted.includes(JSON.stringify(secret).slice(1, -1)) && secret }).toMatchObject({
        redacted: false,
      });
      searched++;
    }
  }
  expect(searched).toBeGreaterThan(samples(80));
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

test.each(['0.144.6', '0.169.0'])(
  'rollouts with a history of trouble say the same under other ids to %s',
  async (emulate) => {
    const folder = temporaryFolder();
    const names = new Pseudonyms();
    const renamed = (value: string) => value.replace(UUID, (id) => names.uuid(id));
    const copies = new Map<string, string>();
    for (const file of files.filter((each) => each.startsWith('test/cases/'))) {
      const copy = join(folder, renamed(file));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, redactedFile(readFileSync(file), names));
      copies.set(file, copy);
    }
    const idOf = (id: string) => {
      if (/^(?:rollout|item)-\d+$/.test(id)) return id;
      return new RegExp(`^${UUID.source}$`).test(id) ? names.uuid(id) : names.word(id, id.length);
    };
    for (const [file, copy] of copies) {
      for (const lifecycle of ['resume', 'fork'] as const) {
        const shown = async (path: string, id: (id: string) => string) => {
          const { error, usage, turns, stream } = await predictLifecycle(path, { lifecycle, emulate });
          const told = turns.map((turn) => `${id(turn.id)} ${turn.status}`);
          return { error: error?.code, usage: usage && { ...usage, turnId: id(usage.turnId) }, turns: told, stream };
        };
        const [before, after] = [await shown(file, idOf), await shown(copy, (id) => id)];
        expect({ file, lifecycle, ...after }).toEqual({ file, lifecycle, ...before });
      }
    }
  },
);
