import { homedir } from 'node:os';
import type { Io } from '../../io.ts';
import type { OutputFormat } from '../../report/output-format.ts';
import type { Place } from '../../report/short-path.ts';
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
  return { kind: 'text', color: wantsColor(color, io.env, io.isTerminal), columns: io.columns, place: placeOf(io) };
}

/** From where paths are looked at; null where no terminal shows them. */
export function placeOf({ isTerminal, cwd, env }: Io): Place | null {
  return isTerminal ? { cwd, home: env.HOME || homedir() } : null;
}
