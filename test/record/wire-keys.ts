/**
 * Writes `src/codex/requests/wire-keys.json`: which members a thread, a turn, an item and the answer to a resume have in the
 * protocol of each version named on the command line, as its own schema says.
 *
 *     npm run wire-keys 0.144.6 0.160.0 0.169.0
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installCodexVersions } from '../support/codex-installations.ts';
import type { Schema } from './plausible.ts';

const TARGET = 'src/codex/requests/wire-keys.json';

const versions = process.argv.slice(2);
const installations = await installCodexVersions(versions);
try {
  const table: Record<string, unknown> = {};
  for (const version of versions) table[version] = await keysOf(installations.binary(version));
  await writeFile(TARGET, `${JSON.stringify(table, null, 2)}\n`);
  execFileSync('npx', ['biome', 'format', '--write', TARGET], { stdio: 'ignore' });
} finally {
  await installations.remove();
}

async function keysOf(binary: string): Promise<Record<string, readonly string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'codex-schema-'));
  try {
    const env = { CODEX_HOME: folder, HOME: folder, PATH: process.env.PATH };
    const args = ['app-server', 'generate-json-schema', '--experimental', '--out', folder];
    execFileSync(binary, args, { env, stdio: 'ignore' });
    const schema: Schema = JSON.parse(await readFile(join(folder, 'v2', 'ThreadResumeResponse.json'), 'utf8'));
    const { Thread, Turn, ThreadItem } = schema.definitions ?? {};
    const keys = (of: Schema | undefined) => Object.keys(of?.properties ?? {}).sort();
    const items = (ThreadItem?.oneOf ?? []).map((item) => [`item ${item.properties?.type?.enum?.[0]}`, keys(item)]);
    return { opened: keys(schema), thread: keys(Thread), turn: keys(Turn), ...Object.fromEntries(items) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
