import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../test/support/run-cli.ts';

interface Capture {
  readonly name: string;
  readonly lifecycle: 'resume' | 'rejoin' | 'fork';
  /** The sample, of the same version. */
  readonly sample: string;
}

/** What is recorded of each version. */
const captures: Readonly<Record<string, readonly Capture[]>> = {
  '0.144.6': [{ name: 'rejoin', lifecycle: 'rejoin', sample: 'two-turns' }],
  '0.169.0': [
    { name: 'resume', lifecycle: 'resume', sample: 'two-turns' },
    { name: 'fork-resume', lifecycle: 'resume', sample: 'fork-with-turn' },
    { name: 'fork', lifecycle: 'fork', sample: 'fork-with-turn' },
  ],
};

/** Records what the app-server of this version sends for its samples, below `folder`. */
export async function recordCaptures(version: string, binary: string, folder: string): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'captures-'));
  try {
    await mkdir(join(folder, 'captures'), { recursive: true });
    for (const { name, lifecycle, sample } of captures[version] ?? []) {
      const recorded = join(temporary, `${name}.ndjson`);
      const rollout = join(folder, version, `${sample}.jsonl`);
      await runCli(['replay', `--${lifecycle}`, rollout, '--observer', '--record', recorded, '--codex-bin', binary]);
      const text = impersonal(await readFile(recorded, 'utf8'));
      await writeFile(join(folder, 'captures', `${name}-${version}.ndjson`), text);
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Without what belongs to the machine: the throw-away home, the host and the ids of the installation. */
function impersonal(text: string): string {
  return text
    .replace(/[^"]*\/rollout-inspect-\d+-\w+/g, '/home/dev/.codex')
    .replace(/"serverName":"[^"]*"/g, '"serverName":"dev"')
    .replace(/"installationId":"[^"]*"/g, '"installationId":"00000000-0000-4000-8000-000000000000"');
}
