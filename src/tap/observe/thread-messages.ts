import type { LiveFileHandle } from '../../files/live-file.ts';
import type { Passage } from '../passage.ts';

/** What the thread that looks at the messages is given when it begins. */
export interface ThreadSettings {
  /** When the tap began, as ISO 8601. */
  readonly startedAt: string;
  readonly record: LiveFileHandle | null;
  readonly log: LiveFileHandle | null;
  /** The Codex home in which rollouts are looked up that no message names. */
  readonly codexHome: string;
}

/** What it is told. */
export type ToThread =
  | ({ readonly kind: 'passed' } & Passage)
  | { readonly kind: 'tampered'; readonly connection: string; readonly what: string; readonly atMs: number }
  | { readonly kind: 'cut'; readonly connection: string }
  | { readonly kind: 'closed'; readonly connection: string; readonly atMs: number }
  | { readonly kind: 'end' };

/** What it answers: how many bytes it has done with, and in the end what it has to say. */
export type FromThread =
  | { readonly kind: 'done'; readonly bytes: number }
  | { readonly kind: 'report'; readonly report: TapReport };

/** What a tap has to say when it is over. */
export interface TapReport {
  /** For people, a line each. */
  readonly lines: readonly string[];
  /** Messages that passed and are not recorded. */
  readonly missing: number;
  readonly worst: 'pass' | 'warn' | 'fail';
}
