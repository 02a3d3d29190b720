import { eraOf } from '../codex/era.ts';
import { supportedVersion } from '../codex/version.ts';
import { readHistory } from '../history/read-history.ts';
import { fork, resume } from './lifecycle.ts';
import type { LifecycleError, LifecycleMessage, Outcome, ReplayedUsage } from './outcome.ts';

export interface PredictOptions {
  readonly lifecycle: 'resume' | 'fork';
  /** A Codex home where ancestors of a paginated fork are looked up too, after the rollout's own home and folder. */
  readonly codexHome?: string;
  /** The Codex version that is asked, for example `0.144.6`. Default: the newest that was measured. */
  readonly emulate?: string;
  readonly excludeTurns?: boolean;
}

/** What an app-server does. Token counts are exact (`bigint`). */
export interface Prediction {
  readonly error: LifecycleError | null;
  /** The order of the answer, the usage and `thread/started`. */
  readonly stream: readonly string[];
  /** Null when none is sent. */
  readonly usage: ReplayedUsage | null;
  /** Of the response. */
  readonly turns: readonly { readonly id: string; readonly status: string }[];
}

const told: readonly LifecycleMessage[] = ['RESPONSE', 'ERROR', 'thread/tokenUsage/updated', 'thread/started'];

/**
 * Predicts what an app-server of version `emulate` really does when a client sends `thread/resume` (to a server that
 * does not run the thread) or `thread/fork` for the rollout at `path` (docs/codex.md 8).
 * @throws {RangeError} when `emulate` is no supported version
 * @throws {NotARollout} when `path` is a folder, a device or the like, or the system's error with its `code`
 */
export async function predictLifecycle(path: string, options: PredictOptions): Promise<Prediction> {
  const version = supportedVersion(options.emulate);
  const history = await readHistory(path, version, options.codexHome);
  const params = { excludeTurns: options.excludeTurns ?? false };
  return predictionOf((options.lifecycle === 'fork' ? fork : resume)(history, eraOf(version), params));
}

/** What a client is told of an outcome. */
export function predictionOf({ error, messages, usage, turns }: Outcome): Prediction {
  return {
    error,
    stream: messages.filter((message) => told.includes(message)),
    usage,
    turns: turns.map(({ id, status }) => ({ id, status })),
  };
}
