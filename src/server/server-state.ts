import { type Era, eraOf } from '../codex/era.ts';
import { type ServerEra, serverEraOf } from '../codex/server-era.ts';
import type { CodexVersion } from '../codex/version.ts';
import type { ClientConnection } from './connection.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { RunningThreads } from './running-threads.ts';
import { RolloutStore } from './store/rollout-store.ts';

/** What the connections of one server share. */
export class ServerState {
  readonly version: CodexVersion;
  readonly era: Era;
  readonly serverEra: ServerEra;
  readonly store: RolloutStore;
  /** The threads that run, by their id. */
  readonly threads = new RunningThreads();
  readonly connections = new Set<ClientConnection>();
  /** What reads or writes a rollout waits here, under the rollout's path, for the others that do. */
  readonly rolloutQueue = new KeyedQueue();

  /** @throws the system's error when there is no such home */
  constructor(codexHome: string, version: CodexVersion) {
    this.version = version;
    this.era = eraOf(version);
    this.serverEra = serverEraOf(version);
    this.store = new RolloutStore(codexHome, version);
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
