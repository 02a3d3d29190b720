import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import { redactedCopy } from '../../files/kinds.ts';
import { writeOutput } from '../../files/output-file.ts';
import type { Io } from '../../io.ts';
import { Pseudonyms } from '../../redaction/pseudonyms.ts';
import { redactedFile } from '../../redaction/redact-file.ts';
import { escapeControls } from '../../report/escape-controls.ts';
import { cannotRead } from '../shared/targets.ts';

/** `redact`: copies files without what people said. One id has one other name in all of them. */
export async function redact(
  files: readonly string[],
  { output, force }: { readonly output: string; readonly force?: true },
  io: Io,
): Promise<ExitCode> {
  const names = new Pseudonyms();
  await mkdir(output, { recursive: true });
  for (const [i, file] of files.entries()) {
    if (file.endsWith('.zst')) throw new UserError(`${file} is compressed`, { hint: 'zstd -d FILE' });
    const bytes = await readFile(file).catch((error) => {
      throw cannotRead(file, error);
    });
    const path = join(output, `redacted-${i + 1}.jsonl`);
    const guard = { inputs: files, force: force === true };
    await writeOutput(path, redactedCopy, guard, redactedFile(bytes, names));
    await io.out(`${escapeControls(file)} → ${escapeControls(path)}\n`);
  }
  return exitCode.ok;
}
