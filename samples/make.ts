/**
 * Makes the samples again: installs released Codex versions into a temporary folder, lets each hold the conversations
 * of `make/scenarios.ts` with a scripted model on the loopback interface, and writes the rollouts below this folder.
 * Only the installation needs the network.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordCaptures } from './make/captures.ts';
import { installCodex } from './make/install.ts';
import { publishable } from './make/publish.ts';
import { Recorder } from './make/recorder.ts';
import { scenarios } from './make/scenarios.ts';

const VERSIONS = ['0.122.0', '0.144.6', '0.169.0'];
const DEADLINE_MS = 20 * 60_000;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort(new Error(signal)));
const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(DEADLINE_MS)]);

for (const version of VERSIONS) await makeSamples(version);

async function makeSamples(version: string): Promise<void> {
  const installation = await mkdtemp(join(tmpdir(), `codex-${version}-`));
  try {
    const binary = await installCodex(version, installation, signal);
    await writeSamples(version, await record(binary));
    await recordCaptures(version, binary, import.meta.dirname);
  } finally {
    await rm(installation, { recursive: true, force: true });
  }
}

/** Returns the published rollouts by sample name. */
async function record(binary: string): Promise<Map<string, string>> {
  const samples = new Map<string, string>();
  for (const [index, scenario] of scenarios.entries()) {
    signal.throwIfAborted();
    const recorder = await Recorder.start(binary, 4 * index);
    try {
      const threads = await scenario(recorder);
      const rollouts = publishable(await recorder.rollouts(), recorder.home);
      for (const [name, threadId] of Object.entries(threads)) samples.set(name, rollouts.get(threadId) ?? '');
    } finally {
      await recorder.close();
    }
  }
  return samples;
}

async function writeSamples(version: string, samples: ReadonlyMap<string, string>): Promise<void> {
  const folder = join(import.meta.dirname, version);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, rollout] of samples) {
    await writeFile(join(folder, `${name}.jsonl`), rollout);
    process.stdout.write(`${version}/${name}.jsonl: ${Buffer.byteLength(rollout).toLocaleString('en-US')} bytes\n`);
  }
}
