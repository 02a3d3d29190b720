import type { TranscriptEntry } from '../../wire/transcript.ts';
import type { Exchange } from './exchange.ts';

/** The same replay made again, on a new server in the same home. */
export type SecondRun =
  | { readonly kind: 'made'; readonly entries: readonly TranscriptEntry[]; readonly exchange: Exchange }
  /** It ended in a failure of the server. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** There was none. */
  | { readonly kind: 'not made'; readonly reason: string };
