import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import { writing } from '../../files/cannot-write.ts';
import { redactedCopy } from '../../files/kinds.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { writeOutput } from '../../files/output-file.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { Pseudonyms } from '../../redaction/pseudonyms.ts';
import { redactedFile } from '../../redaction/redact-file.ts';
import { escapeControls } from '../../report/escape-controls.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { allTargets, cannotRead } from '../shared/targets.ts';

export interface RedactOptions {
  readonly output: string;
  readonly force?: true;
  readonly last?: true;
  readonly codexHome?: string;
}

/** `redact`: copies files without what people said. One id has one other name in all of them. */
export async function redact(
  rollouts: readonly string[],
  { output, force, last, codexHome }: RedactOptions,
  io: Io,
): Promise<ExitCode> {
  const targets = await allTargets(rollouts, last === true, codexHome ?? defaultCodexHome(io.env), io);
  const files = targets.map(({ path }) => path);
  const names = new Pseudonyms();
  await writing(output, () => makeFolder(output));
  const progress = ReadingProgress.of(io);
  progress?.expect(files);
  for (const [i, file] of files.entries()) {
    progress?.begin(file);
    if (file.endsWith('.zst')) throw new UserError(`${file} is compressed`, { hint: 'zstd -d FILE' });
    const bytes = await bytesOf(file, io);
    const path = join(output, `redacted-${i + 1}.jsonl`);
    const guard = { inputs: files, force: force === true };
    const redacted = redactedFile(bytes, names, (done) => void progress?.show(done, bytes.length));
    await writeOutput(path, redactedCopy, guard, redacted);
    await progress?.clear();
    await io.out(`${escapeControls(file)} → ${escapeControls(path)}\n`);
  }
  return exitCode.ok;
}

async function bytesOf(file: string, io: Io): Promise<Buffer> {
  if (file === '-') return buffer(io.stdin);
  return readFile(file).catch((error) => {
    throw cannotRead(file, error);
  });
}
