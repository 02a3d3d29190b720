import type { LiveFileHandle } from '../../files/live-file.ts';
import type { Passage } from '../passage.ts';

/** What the thread that looks at the messages is given when it begins. */
export interface ThreadSettings {
  /** When the tap began, as ISO 8601. */
  readonly startedAt: string;
  readonly record: LiveFileHandle | null;
  readonly log: LiveFileHandle | null;
  /** Where watchers may connect, who are shown what is recorded. */
  readonly socket: string | null;
  /** The Codex home in which rollouts are looked up that no message names. */
  readonly codexHome: string;
}

/** What happened: of what passed, how many bytes. */
export type TapEvent =
  | ({ readonly kind: 'passed'; readonly length: number } & Omit<Passage, 'bytes'>)
  | { readonly kind: 'tampered'; readonly connection: string; readonly what: string; readonly atMs: number }
  | { readonly kind: 'cut'; readonly connection: string }
  | { readonly kind: 'closed'; readonly connection: string; readonly atMs: number }
  | { readonly kind: 'end' };

/** What it is told: what happened, in its order, and the bytes of all that passed, one behind the other. */
export interface ToThread {
  readonly events: readonly TapEvent[];
  readonly block: Uint8Array<ArrayBuffer>;
}

/** What it answers: a block that it has done with, and in the end what it has to say. */
export type FromThread =
  | { readonly kind: 'done'; readonly block: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'report'; readonly report: TapReport };

/** What a tap has to say when it is over. */
export interface TapReport {
  /** For people, a line each. */
  readonly lines: readonly string[];
  /** Messages that passed and are not recorded. */
  readonly missing: number;
  readonly worst: 'pass' | 'warn' | 'fail';
}
