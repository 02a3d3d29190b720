import { type CodexVersion, isAtLeast } from './version.ts';

/** What differs between released versions in an app-server besides its lifecycles (measured, 0.122 to 0.169). */
export interface ServerEra {
  /** A notification carries `emittedAtMs`. */
  readonly stampsNotifications: boolean;
  /** A bad id in a resume or fork is called a session id, not a thread id. */
  readonly saysSessionId: boolean;
  /** A relative `path` is one below the Codex home, an empty one is none. */
  readonly resolvesPaths: boolean;
  /** `excludeTurns` needs the experimental API. */
  readonly guardsExcludeTurns: boolean;
  /** New threads are paginated. */
  readonly startsPaginated: boolean;
  /** Lists and reads say what of a thread is unread. */
  readonly tellsReadState: boolean;
  /** What an update of a thread's metadata is refused with that changes nothing. */
  readonly nothingToUpdate: string;
  /** `item/completed` says how many tokens an item has. */
  readonly countsItemTokens: boolean;
  /** A turn that has ended is told with what the model said last. */
  readonly endsWithAnswer: boolean;
  /** The members of the rate limits that are told in a turn. */
  readonly limits: readonly string[];
  /** The entries of an item list say when the item began and ended. */
  readonly stampsItems: boolean;
  /** A fork of a paginated thread is called and listed by what it takes over; else by what is said in it alone. */
  readonly callsForks: boolean;
  /** A fork that this server did not make is called by what it took over, in answers. */
  readonly callsStoredForks: boolean;
  /** The next page of a list begins behind a thread, not behind the second in which it began. */
  readonly pagesByThread: boolean;
  /** A thread that is unarchived says which one it was forked from. */
  readonly tellsSourceUnarchived: boolean;
}

/** The members of rate limits, and the minor version that is the first known to have each. */
const LIMITS: readonly (readonly [minor: number, ...names: string[]])[] = [
  [0, 'limitId', 'limitName', 'primary', 'secondary', 'credits', 'planType', 'rateLimitReachedType'],
  [144, 'individualLimit'],
  [155, 'normalModelSlug', 'spendControlReached'],
];

export function serverEraOf(version: CodexVersion): ServerEra {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  return {
    stampsNotifications: since(145),
    saysSessionId: since(136),
    resolvesPaths: since(136),
    guardsExcludeTurns: since(136) && !since(155),
    startsPaginated: since(155),
    tellsReadState: since(169),
    nothingToUpdate: since(160)
      ? 'thread metadata update must include at least one field'
      : 'gitInfo must include at least one field',
    countsItemTokens: since(169),
    endsWithAnswer: since(146),
    limits: LIMITS.flatMap(([minor, ...names]) => (since(minor) ? names : [])),
    stampsItems: since(160),
    callsForks: since(169),
    callsStoredForks: !since(165),
    pagesByThread: since(169),
    tellsSourceUnarchived: since(155),
  };
}
