import packageJson from '../../../package.json' with { type: 'json' };
import { type ExitCode, exitCode } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { Pseudonyms } from '../../redaction/pseudonyms.ts';
import { redactedFile } from '../../redaction/redact-file.ts';
import { visibleJson } from '../../report/escape-controls.ts';
import { jsonText } from '../../report/json.ts';
import { harOf } from '../../report/tap/har.ts';
import { transcriptBytes, transcriptIn } from '../shared/transcript-file.ts';

export interface ExportOptions {
  readonly format: 'ndjson' | 'json' | 'har';
  readonly redact: boolean;
}

/** `tap export`: a transcript for others to see, without what people said unless that is asked for. */
export async function exportTranscript(file: string, { format, redact }: ExportOptions, io: Io): Promise<ExitCode> {
  const bytes = await transcriptBytes(file);
  transcriptIn(bytes, file);
  const shown = redact ? redactedFile(bytes, new Pseudonyms()) : bytes;
  if (format === 'ndjson') {
    await io.out(visibleJson(shown.toString('utf8')));
    return exitCode.ok;
  }
  const { entries, startedAt, missing, redacted } = transcriptIn(shown, file);
  const whole =
    format === 'har'
      ? harOf(entries, startedAt ?? '', packageJson.version)
      : { transcript: 1, startedAt, redacted, missing, entries };
  await io.out(jsonText(whole));
  return exitCode.ok;
}
