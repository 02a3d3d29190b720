import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../../errors.ts';
import { type Protocol, protocolOf } from './protocol.ts';

const GENERATE_MS = 60_000;

/**
 * The protocol that a Codex binary speaks, its experimental part included, as it says itself. It works in a throw-away
 * Codex home. `path`: the PATH to run it with. @throws {UserError} when the binary does not write its schemas
 */
export async function generatedProtocol(binary: string, path: string | undefined): Promise<Protocol> {
  const home = await mkdtemp(join(tmpdir(), 'codex-schemas-'));
  try {
    const out = join(home, 'schemas');
    const env = { PATH: path, CODEX_HOME: home, HOME: home };
    const args = ['app-server', 'generate-json-schema', '--experimental', '--out', out];
    await promisify(execFile)(binary, args, { cwd: home, env, timeout: GENERATE_MS });
    const files = (await readdir(out, { recursive: true })).filter((file) => file.endsWith('.json')).sort();
    return protocolOf(
      await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(out, file), 'utf8')))),
    );
  } catch (cause) {
    throw new UserError(`${binary} does not say its protocol: ${(cause as Error).message.split('\n', 1)[0]}`, {
      cause,
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
