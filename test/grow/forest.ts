import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppServer, RpcError, type WireObject } from '../support/app-server.ts';
import { type ProviderKind, prepareHome } from './home.ts';
import { type LedgerEntry, sumOf, sumsBy } from './ledger.ts';
import { type MeteredApi, type MeteredApiOptions, startMeteredApi, words } from './metered-api.ts';

const TURN_MS = 30_000;
/** Some refusals name all that would have been possible. */
const LONGEST_REFUSAL = 120;

export interface ForestOptions extends MeteredApiOptions {
  readonly provider?: ProviderKind;
}

interface ThreadAnswer {
  readonly thread: { readonly id: string; readonly turns?: readonly { readonly id: string }[] };
}

interface TurnEnd {
  readonly threadId: string;
  readonly turn: { readonly id: string; readonly status: string };
}

/**
 * A Codex home that grows: real Codex does what it is told in it, and the API that it asks keeps the ledger. Threads are
 * called by names. Requests that a version refuses are noted, and nothing comes of them.
 */
export class Forest {
  readonly home: string;
  /** Thread ids by name. */
  readonly threads = new Map<string, string>();
  /** What Codex refused to do, and why. */
  readonly refusals: string[] = [];
  /** When a new day begins for this forest: any moment can be its midnight. */
  midnight: string | null = null;
  readonly #folder: string;
  readonly #api: MeteredApi;
  #binary: string;
  #server: AppServer;

  /** Begins a forest below `folder`, which should be empty, with the Codex that `binary` is. */
  static async begin(binary: string, folder: string, options: ForestOptions = {}): Promise<Forest> {
    const api = await startMeteredApi(options);
    try {
      const home = join(folder, 'home');
      await mkdir(join(folder, 'workspace'), { recursive: true });
      prepareHome(home, api.port, options.provider ?? 'custom');
      return new Forest(folder, home, api, binary, await AppServer.start(binary, home));
    } catch (error) {
      await api.close();
      throw error;
    }
  }

  private constructor(folder: string, home: string, api: MeteredApi, binary: string, server: AppServer) {
    this.#folder = folder;
    this.home = home;
    this.#api = api;
    this.#binary = binary;
    this.#server = server;
  }

  /** The responses so far. */
  get ledger(): readonly LedgerEntry[] {
    return this.#api.ledger;
  }

  /** Starts a thread. Codex writes its rollout with the first turn. */
  async start(name: string, params: WireObject = {}): Promise<void> {
    const { thread } = await this.#server.request<ThreadAnswer>('thread/start', { cwd: this.#cwd, ...params });
    this.threads.set(name, thread.id);
  }

  /** Holds a turn to its end, however it ends, and returns its id. `params`: for example the model; `images`: more input. */
  async turn(name: string, text: string, params: WireObject = {}): Promise<string> {
    const turnId = await this.#startTurn(name, text, params);
    await this.#turnEnd(({ turn }) => turn.id === turnId);
    return turnId;
  }

  /** Starts a turn and interrupts it in the middle of an answer that never ends. */
  async interruptedTurn(name: string, text: string): Promise<void> {
    const turnId = await this.#startTurn(name, `${text} ${words.hang}`, {});
    await this.#server.waitFor('item/agentMessage/delta', TURN_MS, (params) => params.turnId === turnId);
    await this.#server.request('turn/interrupt', { threadId: this.id(name), turnId });
    await this.#turnEnd(({ turn }) => turn.id === turnId);
  }

  /**
   * Holds a turn in which the model spawns `count` sub-agents, and waits until these have ended too. They are called
   * `as.1`, `as.2` and so on.
   */
  async spawningTurn(name: string, word: string, as: string, count = 1): Promise<void> {
    const from = this.#server.notifications.length;
    const turnId = await this.#startTurn(name, `${word} please`, {});
    const { turn } = await this.#turnEnd((end) => end.turn.id === turnId);
    if (turn.status !== 'completed') return;
    for (let n = 1; n <= count; n++) {
      const known = new Set(this.threads.values());
      const isChild = ({ threadId }: TurnEnd) => !known.has(threadId);
      const { threadId } = await this.#turnEnd(isChild, from);
      this.threads.set(`${as}.${n}`, threadId);
    }
  }

  /** Forks a thread: `params` can cut it at a turn. */
  async fork(name: string, from: string, params: WireObject = {}): Promise<boolean> {
    return this.#attempt('thread/fork', { threadId: this.id(from), ...params }, name);
  }

  /** Resumes a thread, for example after a restart. */
  async resume(name: string): Promise<boolean> {
    return this.#attempt('thread/resume', { threadId: this.id(name) });
  }

  /** Takes a paginated thread back to before a turn: what follows goes into a new rollout. */
  async revert(name: string, beforeTurnId: string): Promise<boolean> {
    return this.#attempt('thread/revert', { threadId: this.id(name), beforeTurnId });
  }

  /** Takes back the last turns of a legacy thread. */
  async rollback(name: string, numTurns: number): Promise<boolean> {
    return this.#attempt('thread/rollback', { threadId: this.id(name), numTurns });
  }

  async archive(name: string): Promise<boolean> {
    return this.#attempt('thread/archive', { threadId: this.id(name) });
  }

  /** Sends any other request about a thread. @returns whether Codex did it */
  async ask(method: string, name: string, params: WireObject): Promise<boolean> {
    return this.#attempt(method, { threadId: this.id(name), ...params });
  }

  /** Has the thread compacted, and waits for the end of it. */
  async compact(name: string): Promise<boolean> {
    return this.#turnOf('thread/compact/start', name, {});
  }

  /** Has what was done reviewed in the thread, and waits for the end of it. */
  async review(name: string): Promise<boolean> {
    return this.#turnOf('review/start', name, { target: { type: 'custom', instructions: 'look at it' } });
  }

  /** Removes the rollouts of a thread behind Codex's back. */
  removeRollouts(name: string): void {
    for (const path of this.rolloutsOf(name)) rmSync(path);
  }

  /** The rollouts of a thread by their file names. */
  rolloutsOf(name: string): string[] {
    const id = this.id(name);
    return ['sessions', 'archived_sessions'].flatMap((folder) =>
      filesBelow(join(this.home, folder)).filter((path) => path.includes(`-${id}`)),
    );
  }

  /** Says that a new day begins now. */
  newDay(): void {
    this.midnight = new Date().toISOString();
  }

  /** Ends Codex and starts it again in the same home, as the version that `binary` is if one is given. */
  async restart(binary = this.#binary): Promise<void> {
    await this.#server.stop();
    this.#binary = binary;
    this.#server = await AppServer.start(binary, this.home);
  }

  /** Ends Codex, so that all is written, and writes down the ledger and its sums beside the home. */
  async end(): Promise<void> {
    await this.#server.stop();
    await this.#api.close();
    const seen = this.ledger.filter(({ lost }) => !lost);
    const truth = {
      calls: this.ledger.length,
      lost: this.ledger.length - seen.length,
      threads: Object.fromEntries(this.threads),
      midnight: this.midnight,
      total: sumOf(seen),
      byThread: sumsBy(seen, ({ threadId }) => threadId),
      byModel: sumsBy(seen, ({ model }) => model),
      refusals: this.refusals,
    };
    const lines = this.ledger.map((entry) => `${JSON.stringify(entry)}\n`);
    writeFileSync(join(this.#folder, 'ledger.jsonl'), lines.join(''));
    writeFileSync(join(this.#folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
  }

  /** The thread that is called so. */
  id(name: string): string {
    const id = this.threads.get(name);
    if (id === undefined) throw new Error(`there is no thread ${name}`);
    return id;
  }

  get #cwd(): string {
    return join(this.#folder, 'workspace');
  }

  async #startTurn(name: string, text: string, params: WireObject): Promise<string> {
    const { images = [], ...others } = params;
    const input = [{ type: 'text', text, text_elements: [] }, ...(images as readonly WireObject[])];
    const { turn } = await this.#server.request<{ turn: { id: string } }>('turn/start', {
      threadId: this.id(name),
      input,
      ...others,
    });
    return turn.id;
  }

  /** A request that starts a turn of its own. */
  async #turnOf(method: string, name: string, params: WireObject): Promise<boolean> {
    const from = this.#server.notifications.length;
    const threadId = this.id(name);
    if (!(await this.#attempt(method, { threadId, ...params }))) return false;
    await this.#turnEnd((end) => end.threadId === threadId, from);
    return true;
  }

  async #turnEnd(accepts: (end: TurnEnd) => boolean, from = 0): Promise<TurnEnd> {
    const isIt = (params: WireObject) => accepts(params as unknown as TurnEnd);
    const { params } = await this.#server.waitFor('turn/completed', TURN_MS, isIt, from);
    return params as unknown as TurnEnd;
  }

  /** @returns whether Codex did it; `as`: what the thread of the answer is called from now on */
  async #attempt(method: string, params: WireObject, as?: string): Promise<boolean> {
    try {
      const { thread } = await this.#server.request<Partial<ThreadAnswer>>(method, params);
      if (as !== undefined && thread) this.threads.set(as, thread.id);
      return true;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.refusals.push(`${method}: ${error.message.slice(0, LONGEST_REFUSAL)}`);
      return false;
    }
  }
}

function filesBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true }).map(String);
    return names.filter((name) => /\.jsonl(?:\.zst)?$/.test(name)).map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
