import type { CodexVersion } from '../codex/version.ts';
import type { Channel } from '../wire/channel.ts';
import { ServerFailure } from '../wire/server-failure.ts';
import { ClientConnection } from './connection.ts';
import type { Fault } from './faults/fault.ts';
import { injectFaults } from './faults/inject-faults.ts';
import { handle } from './methods/methods.ts';
import { type Request, readAnswer, readRequest } from './request.ts';
import { internalError, RequestError } from './request-error.ts';
import { refuseLargeRequest } from './request-limits.ts';
import { type Call, ServerState } from './server-state.ts';
import { doSteps, type Step } from './step.ts';
import type { ServerScript } from './turns/turn-script.ts';

export interface EmbeddedServerOptions {
  /** The home whose threads are served. Forks and turns are written there, and nowhere else. For one server at a time. */
  readonly codexHome: string;
  /** The Codex version to behave like. */
  readonly version: CodexVersion;
  /** What goes wrong in each resume and fork, in this order. */
  readonly faults: readonly Fault[];
  /** What the model does, turn by turn; after the last of them, and without it, it gives the same short answer. */
  readonly script?: ServerScript;
}

/**
 * An app-server that does with rollouts what Codex does (docs/codex.md 8), with a scripted model. It serves any number
 * of connections: the requests of one in their order, those of several at the same time.
 */
export class EmbeddedServer {
  readonly #state: ServerState;
  readonly #faults: readonly Fault[];
  readonly #served = new Map<ClientConnection, Promise<void>>();

  /** @throws the system's error when the Codex home does not exist */
  constructor({ codexHome, version, faults, script }: EmbeddedServerOptions) {
    this.#state = new ServerState(codexHome, version, script);
    this.#faults = faults;
  }

  /** Serves one connection until its channel ends. */
  async accept(channel: Channel): Promise<void> {
    const connection = new ClientConnection(channel, this.#state.serverEra.stampsNotifications);
    this.#state.connections.add(connection);
    const served = this.#serve(channel, connection);
    this.#served.set(connection, served);
    await served;
  }

  /** Ends all connections. Fulfils when nothing is being done any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#state.threads.values()].map(({ turn }) => turn?.interrupt()));
    await Promise.all([...this.#served].flatMap(([connection, served]) => [connection.close(), served]));
  }

  async #serve(channel: Channel, connection: ClientConnection): Promise<void> {
    try {
      for await (const bytes of channel.incoming) {
        refuseLargeRequest(bytes);
        const request = readRequest(bytes);
        const answer = request ? null : readAnswer(bytes);
        if (request) await this.#answer(request, { server: this.#state, connection });
        if (answer) connection.answered(answer);
        if (connection.closing.aborted) break;
      }
    } catch (error) {
      // The client sent what nobody can read, or will: there is no more to be had from it.
      if (!(error instanceof ServerFailure)) throw error;
    } finally {
      this.#state.forget(connection);
      connection.ended();
      this.#served.delete(connection);
      await connection.close();
    }
  }

  async #answer(request: Request, call: Call): Promise<void> {
    const steps = await this.#stepsFor(request, call);
    await doSteps(steps, call.connection, request.id);
  }

  async #stepsFor(request: Request, call: Call): Promise<readonly Step[]> {
    const isLifecycle = request.method === 'thread/resume' || request.method === 'thread/fork';
    const steps = await handle(request, call).catch((error: unknown): Step[] => [
      { kind: 'error', error: error instanceof RequestError ? error : internalError(error) },
    ]);
    return isLifecycle ? injectFaults(steps, this.#faults, call) : steps;
  }
}
