import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/rollout.ts';
import { homeWith } from '../support/sample-home.ts';

const samples = new URL('../../samples/', import.meta.url).pathname;

/** The Codex versions that samples were recorded with. */
export const sampleVersions: readonly string[] = readdirSync(samples).filter((name) => /^\d/.test(name));

/** A thread of a sample. */
export interface SampleThread {
  readonly name: string;
  readonly threadId: string;
  readonly path: string;
}

/** The samples of a version, or those of these names, in a Codex home of their own. */
export async function homeOfSamples(version: string, ...names: string[]) {
  const codexHome = temporaryFolder();
  const files = readdirSync(join(samples, version)).filter(
    (file) => names.length === 0 || names.includes(nameOf(file)),
  );
  const placed = await homeWith(
    files.map((file) => join(samples, version, file)),
    codexHome,
  );
  const threads: SampleThread[] = placed.map((rollout, i) => ({ ...rollout, name: nameOf(files[i] as string) }));
  return { codexHome, threads, of: (name: string) => threads.find((thread) => thread.name === name) as SampleThread };
}

function nameOf(file: string): string {
  return file.replace(/\.jsonl$/, '');
}
