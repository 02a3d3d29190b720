import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line that an app-server wrote: an answer, which has an `id`, or a notification, which has a `method`. */
export interface WireMessage {
  readonly raw: string;
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly threadId?: string; readonly thread?: { readonly id: string } };
  readonly result?: { readonly thread: { readonly id: string; readonly turns: readonly WireTurn[] } };
  readonly error?: { readonly code: number; readonly message: string };
}

export interface WireTurn {
  readonly id: string;
  readonly status: string;
}

const LONGEST_WAIT_MS = 30_000;
/** What Codex 0.169.0 sends last after an answer that is no error. */
const lastMessage = { 'thread/resume': 'thread/goal/cleared', 'thread/fork': 'thread/started' } as const;

/** A real `codex app-server`, of whose output the order matters: answers among notifications. */
export class CodexWire {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<(message: WireMessage) => void>();
  #lastId = 0;

  constructor(binary: string, home: string) {
    const env = { CODEX_HOME: home, HOME: home, PATH: process.env.PATH, TZ: 'UTC' };
    this.#child = spawn(binary, ['app-server'], { cwd: home, env, stdio: ['pipe', 'pipe', 'ignore'] });
    const kill = () => this.#child.kill('SIGKILL');
    process.once('exit', kill);
    this.#child.once('close', () => process.off('exit', kill));
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (raw) => {
      const message: WireMessage = { ...JSON.parse(raw), raw };
      for (const receive of this.#waiting) receive(message);
    });
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'rollout-inspect', title: null, version: '0.0.0' };
    await this.#exchange('initialize', { clientInfo, capabilities: { experimentalApi: true } }, () => true);
  }

  /** Resumes or forks a thread; what the server sends about it, in order, from the answer or before to the last message. */
  async ask(method: keyof typeof lastMessage, threadId: string): Promise<readonly WireMessage[]> {
    let thread: string | undefined;
    const messages = await this.#exchange(method, { threadId }, (message, answer) => {
      thread = answer?.result?.thread.id;
      return answer?.error !== undefined || (message.method === lastMessage[method] && isAbout(message, thread));
    });
    return messages.filter((message) => message.id !== undefined || isAbout(message, thread));
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await closed;
  }

  /** Sends a request and collects what comes until `isLast`; `answer`: the one to this request, once it came. */
  async #exchange(
    method: string,
    params: object,
    isLast: (message: WireMessage, answer: WireMessage | undefined) => boolean,
  ): Promise<WireMessage[]> {
    const id = ++this.#lastId;
    const messages: WireMessage[] = [];
    let answer: WireMessage | undefined;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(receive);
        reject(new Error(`${method} was not answered to the end: ${messages.map(({ raw }) => raw).join('\n')}`));
      }, LONGEST_WAIT_MS);
      const receive = (message: WireMessage) => {
        if (message.id !== undefined && message.id !== id) return;
        messages.push(message);
        if (message.id === id) answer = message;
        if (!answer || !isLast(message, answer)) return;
        clearTimeout(timer);
        this.#waiting.delete(receive);
        resolve(messages);
      };
      this.#waiting.add(receive);
      this.#child.stdin?.write(`${JSON.stringify({ id, method, params })}\n`);
    });
  }
}

function isAbout({ params }: WireMessage, thread: string | undefined): boolean {
  return thread !== undefined && (params?.threadId === thread || params?.thread?.id === thread);
}
