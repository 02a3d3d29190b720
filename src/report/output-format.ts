import type { Place } from './short-path.ts';

/** How a command writes its answer. */
export type OutputFormat =
  | { readonly kind: 'json' }
  | { readonly kind: 'ndjson' }
  | { readonly kind: 'csv' }
  | TextFormat;

/** Text for people. */
export interface TextFormat extends Viewer {
  readonly kind: 'text';
  readonly color: boolean;
}

/** Where people look at text. */
export interface Viewer {
  /** The width of the terminal. */
  readonly columns: number;
  /** From where paths are looked at; null where no terminal shows them. */
  readonly place: Place | null;
}
