import { type Era, eraOf } from '../codex/era.ts';
import { type WireKeys, wireKeysOf } from '../codex/requests/wire-keys.ts';
import { type ServerEra, serverEraOf } from '../codex/server-era.ts';
import type { CodexVersion } from '../codex/version.ts';
import type { ClientConnection } from './connection.ts';
import { Goals } from './goals.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { ReadStates } from './read-states.ts';
import { RunningThreads } from './running-threads.ts';
import { RolloutStore } from './store/rollout-store.ts';
import { ThreadCatalog } from './store/thread-catalog.ts';
import type { ThreadSummary } from './store/thread-summary.ts';
import type { ServerScript, TurnScript } from './turns/turn-script.ts';
import type { ThreadStatus } from './wire-json.ts';

/** What the connections of one server share. */
export class ServerState {
  readonly version: CodexVersion;
  readonly era: Era;
  readonly serverEra: ServerEra;
  /** Which members its answers have. */
  readonly wireKeys: WireKeys;
  readonly store: RolloutStore;
  /** What lists say of the threads of the home. */
  readonly catalog: ThreadCatalog;
  /** The threads that run, by their id. */
  readonly threads = new RunningThreads();
  readonly readStates = new ReadStates();
  readonly goals = new Goals();
  readonly connections = new Set<ClientConnection>();
  /** What reads or writes a rollout waits here, under the rollout's path, for the others that do. */
  readonly rolloutQueue = new KeyedQueue();

  /** What the model does in the turns to come. */
  readonly #turns: TurnScript[];

  /** @throws the system's error when there is no such home */
  constructor(codexHome: string, version: CodexVersion, script: ServerScript = { turns: [] }) {
    this.#turns = [...script.turns];
    this.version = version;
    this.era = eraOf(version);
    this.serverEra = serverEraOf(version);
    this.wireKeys = wireKeysOf(version);
    this.store = new RolloutStore(codexHome, version);
    this.catalog = new ThreadCatalog(this.store, this.serverEra);
  }

  /** What the model does in the turn that begins now; null where no script says it. */
  nextTurn(): TurnScript | null {
    return this.#turns.shift() ?? null;
  }

  /** Whether a thread runs, and does something. */
  statusOf(threadId: string): ThreadStatus {
    return this.threads.get(threadId)?.status ?? { type: 'notLoaded' };
  }

  /** What lists say of the rollouts that are archived, or of those that are not. */
  async summaries(archived: boolean): Promise<ThreadSummary[]> {
    const stored = await this.catalog.listed(archived);
    return stored.map((each) => ({ ...each, settings: this.threads.get(each.meta.id)?.settings ?? each.settings }));
  }

  /** What answers say of a thread with a rollout at `path`, whether it runs or not; null when that says nothing. */
  async summaryOf(threadId: string, path: string): Promise<ThreadSummary | null> {
    const stored = await this.catalog.of(path);
    const running = this.threads.get(threadId);
    return stored && running ? { ...stored, settings: running.settings } : stored;
  }

  /** The connections that have shaken hands. */
  everyone(): ClientConnection[] {
    return [...this.connections].filter(({ client }) => client !== null);
  }

  /** Takes a connection that has ended out of everything. */
  forget(connection: ClientConnection): void {
    this.connections.delete(connection);
    for (const { attached } of this.threads.values()) attached.delete(connection);
  }
}

/** Where a request comes from. */
export interface Call {
  readonly server: ServerState;
  readonly connection: ClientConnection;
}
