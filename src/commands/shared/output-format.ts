import { homedir } from 'node:os';
import type { Io } from '../../io.ts';
import type { OutputFormat } from '../../report/output-format.ts';
import { type ColorChoice, wantsColor } from './color.ts';

/** The options that say how the answer is written. */
export interface FormatOptions {
  readonly json?: true;
  readonly ndjson?: true;
  readonly csv?: true;
  readonly color: ColorChoice;
}

/** The format that the options ask for: text unless they name another. */
export function outputFormat({ json, ndjson, csv, color }: FormatOptions, io: Io): OutputFormat {
  if (json) return { kind: 'json' };
  if (ndjson) return { kind: 'ndjson' };
  if (csv) return { kind: 'csv' };
  const place = io.isTerminal ? { cwd: io.cwd, home: io.env.HOME || homedir() } : null;
  return { kind: 'text', color: wantsColor(color, io.env, io.isTerminal), columns: io.columns, place };
}
