import { readFile, rm } from 'node:fs/promises';
import { AppServer, type WireObject } from '../../test/support/app-server.ts';
import { codexHome } from '../../test/support/codex.ts';
import { growingUsage, type Reply, type ResponsesApi, startResponsesApi } from '../../test/support/responses-api.ts';

/** Where the recorded threads work; Codex does not mind that it does not exist. */
const CWD = '/workspace';
const TURN_MS = 30_000;

interface ThreadAnswer {
  thread: { id: string; path: string };
}

interface TurnAnswer {
  turn: { id: string };
}

/** Lets a real Codex hold conversations in a home of its own, with scripted answers, and gives back its rollouts. */
export class Recorder {
  readonly home: string;
  readonly #binary: string;
  readonly #api: ResponsesApi;
  readonly #script: Partial<Reply>[];
  readonly #paths = new Map<string, string>();
  #server: AppServer;

  /** Starts `binary`. Its usage numbers begin with those of the request number `firstRequest`. */
  static async start(binary: string, firstRequest: number): Promise<Recorder> {
    const script: Partial<Reply>[] = [];
    const api = await startResponsesApi({
      reply: (n) => ({ text: 'Done.', usage: growingUsage(firstRequest + n), ...script.shift() }),
    });
    const home = await codexHome(api.port);
    try {
      return new Recorder(binary, home, api, script, await AppServer.start(binary, home));
    } catch (error) {
      await api.close();
      await removeHome(home);
      throw error;
    }
  }

  private constructor(binary: string, home: string, api: ResponsesApi, script: Partial<Reply>[], server: AppServer) {
    this.home = home;
    this.#binary = binary;
    this.#api = api;
    this.#script = script;
    this.#server = server;
  }

  /** Starts a thread and returns its id. Codex writes its rollout with the first turn. */
  async startThread(): Promise<string> {
    return this.#opened(await this.#server.request<ThreadAnswer>('thread/start', { cwd: CWD }));
  }

  /** Holds one turn to its end. */
  async turn(threadId: string, question: string, answer: string): Promise<void> {
    this.#script.push({ text: answer });
    await this.#turnEnd(await this.#startTurn(threadId, question));
  }

  /** Starts a turn and interrupts it in the middle of an answer that never ends. */
  async interruptedTurn(threadId: string, question: string, beginning: string): Promise<void> {
    this.#script.push({ text: beginning, hang: true });
    const turnId = await this.#startTurn(threadId, question);
    await this.#server.waitFor('item/agentMessage/delta', TURN_MS, (params) => params.turnId === turnId);
    await this.#server.request('turn/interrupt', { threadId, turnId });
    await this.#turnEnd(turnId);
  }

  /** Has the thread compacted, with `summary` as the model's answer, and waits for the end of it. */
  async compact(threadId: string, summary: string): Promise<void> {
    this.#script.push({ text: summary });
    const known = new Set(this.#server.notifications.map((seen) => turnIdOf(seen.params)));
    await this.#server.request('thread/compact/start', { threadId });
    await this.#server.waitFor('turn/completed', TURN_MS, (params) => !known.has(turnIdOf(params)));
  }

  /** Forks the thread and returns the id of the fork. */
  async fork(threadId: string): Promise<string> {
    return this.#opened(await this.#server.request<ThreadAnswer>('thread/fork', { threadId }));
  }

  /** Stops the server and resumes the thread in a new one. */
  async resumeLater(threadId: string): Promise<void> {
    await this.#server.stop();
    this.#server = await AppServer.start(this.#binary, this.home);
    await this.#server.request('thread/resume', { threadId });
  }

  /** Stops Codex, so that all is written, and returns the rollouts by thread id, ancestors before their forks. */
  async rollouts(): Promise<Map<string, string>> {
    await this.#server.stop();
    const texts = new Map<string, string>();
    for (const [threadId, path] of this.#paths) texts.set(threadId, await readFile(path, 'utf8'));
    return texts;
  }

  /** Ends the processes of the recording and removes its home. */
  async close(): Promise<void> {
    await this.#server.stop();
    await this.#api.close();
    await removeHome(this.home);
  }

  #opened({ thread }: ThreadAnswer): string {
    this.#paths.set(thread.id, thread.path);
    return thread.id;
  }

  async #startTurn(threadId: string, question: string): Promise<string> {
    const input = [{ type: 'text', text: question, text_elements: [] }];
    const { turn } = await this.#server.request<TurnAnswer>('turn/start', { threadId, input });
    return turn.id;
  }

  async #turnEnd(turnId: string): Promise<void> {
    await this.#server.waitFor('turn/completed', TURN_MS, (params) => turnIdOf(params) === turnId);
  }
}

function turnIdOf(params: WireObject): string | undefined {
  return (params as Partial<TurnAnswer>).turn?.id;
}

async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
}
