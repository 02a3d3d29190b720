import type { Lifecycle, LifecycleParams } from '../lifecycle/outcome.ts';
import type { Deadlines } from './drive/deadlines.ts';
import type { ServerChoice } from './drive/server.ts';
import type { Yardstick } from './judge/judge.ts';
import type { Subject } from './sandbox/subject.ts';

/** What to replay, and on which server. */
export interface ReplayPlan {
  readonly lifecycle: Lifecycle;
  readonly params: LifecycleParams;
  readonly subject: Subject;
  readonly server: ServerChoice;
  /** The Codex home that the server works in; `private`: a throw-away copy; `remote`: the one it has. */
  readonly home: 'private' | 'remote' | { readonly inPlace: string };
  readonly observer: boolean;
  readonly deadlines: Deadlines;
  readonly yardstick: Yardstick;
  /** Where ancestors are looked up, besides the rollout's own home and folder. */
  readonly codexHome: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names of variables that a server gets besides the usual ones. */
  readonly passedOn: readonly string[];
  /** Of this program, for the server to know. */
  readonly clientVersion: string;
}
