import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/rollout.ts';

/** What a user may write: it compiles only if the types are found, and are what they should be. */
const program = `
import { restoreUsage, predictLifecycle, sessions, judgeTranscript, startServer, toJson, findRollout } from 'rollout-inspect';
import type { RestoredUsage, Session, StartedServer } from 'rollout-inspect';
export async function main(bytes: Uint8Array): Promise<string> {
  const usage: RestoredUsage = await restoreUsage('rollout.jsonl', { emulate: '0.144.6' });
  const total: bigint = usage.tokenUsageInfo ? usage.tokenUsageInfo.total_token_usage.total_tokens : 0n;
  const { stream } = await predictLifecycle('rollout.jsonl', { lifecycle: 'resume' });
  const first: Session | undefined = (await sessions({ search: 'x' })).sessions[0];
  const [judged] = await judgeTranscript(bytes);
  const server: StartedServer = await startServer({ home: '.', faults: ['omit-usage'] });
  await server.close();
  const path: string | undefined = await findRollout('x');
  // @ts-expect-error
  const wrong: number = total;
  return toJson({ total, stream, first, verdict: judged && judged.verdict, path, wrong });
}
`;

/** Of the types of Node.js no more is needed; all of them take a compiler three times as long. */
const node = `
declare class Buffer extends Uint8Array {}
declare class AbortSignal {}
`;

test.each([
  ['TypeScript 4.9', 'typescript-4.9', 'commonjs', 'node'],
  ['TypeScript 4.9', 'typescript-4.9', 'node16', 'node16'],
  ['the newest TypeScript', 'typescript', 'node16', 'node16'],
  ['the newest TypeScript', 'typescript', 'esnext', 'bundler'],
])('%s (%s), module %s, moduleResolution %s', { timeout: 60_000 }, (_, compiler, module, moduleResolution) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(process.cwd(), join(folder, 'node_modules', 'rollout-inspect'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), program);
  writeFileSync(join(folder, 'node.d.ts'), node);
  const compilerOptions = {
    ...{ module, moduleResolution, target: 'es2022', lib: ['es2022'], strict: true, noEmit: true },
    ...{ types: [], preserveSymlinks: true },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts', 'node.d.ts'] }));
  const tsc = resolve('node_modules', compiler, 'bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
});
