import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { startListening } from '../../../src/client/listening-server.ts';
import { ServerProcess } from '../../../src/client/server-process.ts';
import { pinnedCodexBinary } from '../../support/codex.ts';
import { until } from '../../support/processes.ts';
import { temporaryFolder } from '../../support/rollout.ts';
import type { ClientHome } from './client-home.ts';

/** Which server a client speaks to: Codex, or ours. */
export type ServerKind = 'codex' | 'serve';

const LONGEST = 2 ** 26;
const START_MS = 20_000;
/** The command line of this program. */
export const program = [process.execPath, join(process.cwd(), 'bin/rollout-inspect.js')];
const witness = join(process.cwd(), 'test/clients/programs/witness.cjs');

/** The version of the pinned Codex, which ours behaves like. */
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const version: string = devDependencies['@openai/codex'];

/** The options of ours: a home, and the version that it behaves like. */
function serveOptions(home: string): readonly string[] {
  return ['--emulate', version, '--codex-home', home];
}

/** An executable that a client takes for codex: Codex itself, or what `shim` makes. @returns its path */
export async function codexExecutable(kind: ServerKind, { home, env }: ClientHome): Promise<string> {
  if (kind === 'codex') return pinnedCodexBinary() ?? '';
  return shim(['shim'], serveOptions(home), env);
}

/** Makes a shim. @returns its path */
async function shim(command: readonly string[], options: readonly string[], env: ClientHome['env']): Promise<string> {
  const folder = temporaryFolder();
  const [node = '', script = ''] = program;
  await promisify(execFile)(node, [script, ...command, folder, ...options], { env });
  return join(folder, 'codex');
}

/** An executable that a client takes for codex, with a tap in it. */
export interface TappedExecutable {
  readonly path: string;
  /** What passed in front of the tap and behind it, for each server that was started, when all of them have ended. */
  readonly witnessed: () => Promise<{ readonly inFront: Witnessed[]; readonly behind: Witnessed[] }>;
  /** The transcripts, in the order of their starts. */
  readonly transcripts: () => string[];
}

/** What passed, byte for byte, and how it ended. */
export interface Witnessed {
  readonly sent: string;
  readonly received: string;
  readonly end: string;
}

/** The same with a tap, which `tap shim` makes, in front of it. */
export async function tappedExecutable(kind: ServerKind, place: ClientHome): Promise<TappedExecutable> {
  const [inFront, behind] = [temporaryFolder(), temporaryFolder()];
  const server = witnessed(behind, await codexExecutable(kind, place));
  const tapped = await shim(['tap', 'shim'], ['--codex-bin', server], place.env);
  return {
    path: witnessed(inFront, tapped),
    witnessed: async () => {
      await until(() => [inFront, behind].every((each) => allIn(each).every(({ end }) => end !== '')));
      return { inFront: allIn(inFront), behind: allIn(behind) };
    },
    transcripts: () =>
      readdirSync(dirname(tapped))
        .filter((name) => name.endsWith('.ndjson'))
        .sort()
        .map((name) => join(dirname(tapped), name)),
  };
}

/** An executable that starts `command` and writes to `folder` what passes. @returns its path */
function witnessed(folder: string, command: string): string {
  const path = join(temporaryFolder(), 'codex');
  const words = [process.execPath, witness, folder, command];
  writeFileSync(path, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function allIn(folder: string): Witnessed[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const read = (file: string) => {
        const path = join(folder, name, file);
        return existsSync(path) ? readFileSync(path, 'latin1') : '';
      };
      return { sent: read('sent'), received: read('received'), end: read('end') };
    });
}

/** Starts a server that listens, for the time of a test. @returns its address */
export async function listeningServer(kind: ServerKind, transport: 'ws' | 'unix', place: ClientHome): Promise<string> {
  const command = kind === 'codex' ? [pinnedCodexBinary() ?? ''] : [...program, 'serve', ...serveOptions(place.home)];
  return listening([...command, 'app-server'], transport, place);
}

/** Starts `command` with `--listen`. @returns where it listens */
export async function listening(
  command: readonly string[],
  transport: 'ws' | 'unix',
  { project, env }: ClientHome,
): Promise<string> {
  const options = { cwd: project, env, longest: LONGEST };
  if (transport === 'ws') {
    const ask = [...command, '--listen', 'ws://127.0.0.1:0'];
    const { process: server, url } = await startListening(ask, { ...options, connectMs: START_MS });
    onTestFinished(() => server.stop());
    return url;
  }
  const socket = join(temporaryFolder(), 'socket');
  const server = await ServerProcess.start([...command, '--listen', `unix://${socket}`], {
    ...options,
    stop: { inputMs: 0 },
  });
  onTestFinished(() => server.stop());
  await until(() => existsSync(socket), START_MS);
  return `unix://${socket}`;
}
