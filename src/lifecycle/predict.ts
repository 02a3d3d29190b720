import { eraOf } from '../codex/era.ts';
import { supportedVersion } from '../codex/version.ts';
import { RolloutFinder } from '../history/finder.ts';
import { threadHistory } from '../history/thread-history.ts';
import { versionOutcome } from './deviations.ts';
import { readFacts } from './facts.ts';
import type {
  Lifecycle,
  LifecycleError,
  LifecycleMessage,
  LifecycleParams,
  Outcome,
  ReplayedUsage,
} from './outcome.ts';

export interface PredictOptions {
  /** A rejoin is a second resume on the same server, after a cold one. */
  readonly lifecycle: Lifecycle;
  /** A Codex home where ancestors of a paginated fork are looked up too, after the rollout's own home and folder. */
  readonly codexHome?: string;
  /** The Codex version that is asked, for example `0.144.6`. Default: the newest that was measured. */
  readonly emulate?: string;
  readonly excludeTurns?: boolean;
  /** Fork only: everything up to and with this turn. */
  readonly lastTurnId?: string;
  /** Fork only: everything before this turn. */
  readonly beforeTurnId?: string;
  /**
   * `used` (default): every ancestor was loaded in that home before; `new`: its database knows none of them, as after
   * rollouts were copied into it.
   */
  readonly home?: 'used' | 'new';
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

const shown: readonly LifecycleMessage[] = ['RESPONSE', 'ERROR', 'thread/tokenUsage/updated', 'thread/started'];

/**
 * Predicts what an app-server of version `emulate` really does when a client sends `thread/resume`, once or again, or
 * `thread/fork` for the rollout at `path` (docs/codex.md 8). Providers that the rollout names count as configured.
 * @throws {RangeError} when `emulate` is no supported version
 * @throws {NotARollout} when `path` is a folder, a device or the like, or the system's error with its `code`
 */
export async function predictLifecycle(path: string, options: PredictOptions): Promise<Prediction> {
  const { lifecycle, codexHome, emulate, ...asked } = options;
  const version = supportedVersion(emulate);
  const params: LifecycleParams = asked;
  const finder = new RolloutFinder(version, codexHome);
  const history = await threadHistory(await finder.openedFor(path), finder);
  const facts = await readFacts(history, eraOf(version), params);
  return predictionOf(versionOutcome(facts, lifecycle, version, params));
}

/** What a client sees of an outcome. */
export function predictionOf({ error, messages, usage, turns }: Outcome): Prediction {
  return {
    error,
    stream: messages.filter((message) => shown.includes(message)),
    usage,
    turns: turns.map(({ id, status }) => ({ id, status })),
  };
}
