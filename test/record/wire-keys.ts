/**
 * Writes `src/codex/requests/wire-keys.json`: which members a thread, a turn, its error, an item and the answer to a resume have in the
 * protocol of each release, as its own schema says: what differs from the release before. Fetches every release, one by one,
 * or takes it from the folder that `ROLLOUT_INSPECT_CODEX_DIR` names.
 *
 *     npm run wire-keys
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installableVersions, installCodexVersions } from '../support/codex-installations.ts';
import type { Schema } from './plausible.ts';

const TARGET = 'src/codex/requests/wire-keys.json';

type Keys = Readonly<Record<string, readonly string[]>>;

const table: Record<string, Keys> = {};
let before: Keys = {};
for (const version of installableVersions) {
  const installations = await installCodexVersions([version]);
  try {
    const keys = await keysOf(installations.binary(version));
    const changed = Object.entries(keys).filter(([type, names]) => String(names) !== String(before[type]));
    if (changed.length > 0) table[version] = Object.fromEntries(changed);
    before = keys;
  } finally {
    await installations.remove();
  }
}
await writeFile(TARGET, `${JSON.stringify(table, null, 2)}\n`);
execFileSync('npx', ['biome', 'format', '--write', TARGET], { stdio: 'ignore' });

async function keysOf(binary: string): Promise<Keys> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-schema-'));
  try {
    const env = { CODEX_HOME: folder, HOME: folder, PATH: process.env.PATH };
    const args = ['app-server', 'generate-json-schema', '--experimental', '--out', folder];
    execFileSync(binary, args, { env, stdio: 'ignore' });
    const schema: Schema = JSON.parse(await readFile(join(folder, 'v2', 'ThreadResumeResponse.json'), 'utf8'));
    const { Thread, Turn, ThreadItem, TurnError } = schema.definitions ?? {};
    const keys = (of: Schema | undefined) => Object.keys(of?.properties ?? {}).sort();
    const items = (ThreadItem?.oneOf ?? []).map((item) => [`item ${item.properties?.type?.enum?.[0]}`, keys(item)]);
    return {
      opened: keys(schema),
      thread: keys(Thread),
      turn: keys(Turn),
      error: keys(TurnError),
      ...Object.fromEntries(items),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
