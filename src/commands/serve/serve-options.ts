import type { TokenOptions } from '../shared/bearer-token.ts';

/** The options of `serve` as its command line has them. */
export interface ServeOptions extends TokenOptions {
  /** The home that is served; missing where a recorded session is played. */
  readonly codexHome?: string;
  /** The file with that session. */
  readonly from?: string;
  readonly listen: string;
  readonly emulate?: string;
  readonly fault?: readonly string[];
  /** The file that says what the model does. */
  readonly script?: string;
  /** Makes ids and times the same ones each time. */
  readonly seed?: string;
  readonly stdio?: true;
  /** The name of `--token-file` in the command line of Codex. */
  readonly wsTokenFile?: string;
  /** The options for Codex alone that were given, as its command line calls them. */
  readonly ignored?: readonly string[];
}
