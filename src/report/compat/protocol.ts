import type { ProtocolChange } from '../../compat/protocol/protocol-changes.ts';
import { escapeControls } from '../escape-controls.ts';
import { jsonText } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle, type Style } from '../style.ts';

/** The answer of `compat --schema`. */
export interface ProtocolAnswer {
  readonly from: string;
  readonly to: string;
  readonly changes: readonly ProtocolChange[];
  readonly exitCode: number;
}

/** Writes what changed in the protocol: what breaks a client, then what does not. */
export async function writeProtocolChanges(
  answer: ProtocolAnswer,
  format: OutputFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const { exitCode, from, to, changes } = answer;
  if (format.kind !== 'text') {
    return write(jsonText({ command: 'compat', version: 1, exitCode, schema: { from, to, changes } }));
  }
  return write(protocolText(answer, await createStyle(format.color)));
}

function protocolText({ from, to, changes }: ProtocolAnswer, style: Style): string {
  const breaking = changes.filter(({ breaks }) => breaks);
  const harmless = changes.filter(({ breaks }) => !breaks);
  return [
    style.heading(`The app-server protocol from Codex ${from} to ${to}`),
    '',
    style.heading(`breaks a client: ${breaking.length}`),
    ...breaking.map((change) => style.bad(line(change))),
    '',
    style.heading(`breaks no client: ${harmless.length}`),
    ...harmless.map(line),
  ]
    .map((each) => `${each}\n`)
    .join('');
}

function line({ subject, message }: ProtocolChange): string {
  return `  ${escapeControls(subject)}: ${escapeControls(message)}`;
}
