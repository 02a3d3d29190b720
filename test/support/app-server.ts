import { type ChildProcess, spawn } from 'node:child_process';

/** A JSON object off the wire. Its integers went through JSON.parse: compare token counts in the raw text. */
export interface WireObject {
  [key: string]: unknown;
}

/** A notification and the exact text of its line. */
export interface Notification {
  method: string;
  params: WireObject;
  raw: string;
}

/** The error a server answered a request with. */
export class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: WireObject;
  result?: unknown;
  error?: { code: number; message: string };
}

const REQUEST_MS = 30_000;
const STOP_STEP_MS = 2_000;

/** A real `codex app-server` in a process of its own, spoken to over stdio. */
export class AppServer {
  /** Every notification received, in order. */
  readonly notifications: Notification[] = [];
  /** Every line received, in order, answers too. */
  readonly received: string[] = [];
  readonly #child: ChildProcess;
  /** Fulfils with the reason when the process is gone and its output read. */
  readonly #ended: Promise<string>;
  readonly #answers = new Map<number, (answer: Message) => void>();
  readonly #listeners = new Set<() => void>();
  #lastId = 0;
  #partialLine: Buffer[] = [];
  #stderr = '';

  /** Starts `binary` with `home` as CODEX_HOME and shakes hands with it, experimental API included. */
  static async start(binary: string, home: string): Promise<AppServer> {
    const server = new AppServer(binary, home);
    try {
      const clientInfo = { name: 'rollout-inspect', title: null, version: '0.0.0' };
      await server.request('initialize', { clientInfo, capabilities: { experimentalApi: true } });
      server.#send({ method: 'initialized' });
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private constructor(binary: string, home: string) {
    const env = { CODEX_HOME: home, HOME: home, PATH: process.env.PATH, TZ: 'UTC' };
    const child = spawn(binary, ['app-server'], { cwd: home, env, stdio: 'pipe' });
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    this.#child = child;
    this.#ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(`app-server ended with ${signal ?? code}`));
    }).finally(() => process.off('exit', killWithUs));
    child.stdin.on('error', () => {});
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-2_000);
    });
  }

  /**
   * Sends a request and returns its result, whose type is taken on trust.
   * @throws {RpcError} as the server answered; a plain error when it ends or says nothing for `timeoutMs`.
   */
  async request<Result = WireObject>(method: string, params: WireObject, timeoutMs = REQUEST_MS): Promise<Result> {
    const id = ++this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#send({ id, method, params });
    const { result, error } = await this.#inTime(answer, timeoutMs, `answer to ${method}`);
    if (error !== undefined) throw new RpcError(error.code, error.message);
    return result as Result;
  }

  /**
   * The first notification of this method, received already or within `timeoutMs`, whose params `accepts` takes; those
   * before place `from` of `notifications` do not count.
   */
  async waitFor(
    method: string,
    timeoutMs: number,
    accepts: (params: WireObject) => boolean = () => true,
    from = 0,
  ): Promise<Notification> {
    let look = () => {};
    const arrival = new Promise<Notification>((resolve) => {
      look = () => {
        const found = this.notifications.slice(from).find((seen) => seen.method === method && accepts(seen.params));
        if (found !== undefined) resolve(found);
      };
    });
    look();
    this.#listeners.add(look);
    try {
      return await this.#inTime(arrival, timeoutMs, method);
    } finally {
      this.#listeners.delete(look);
    }
  }

  /** The received lines of this method, in order, byte for byte. */
  rawNotifications(method: string): string[] {
    return this.notifications.filter((seen) => seen.method === method).map((seen) => seen.raw);
  }

  /** Ends the process by end of input, then SIGTERM, then SIGKILL, and returns when it is gone. */
  async stop(): Promise<void> {
    const child = this.#child;
    for (const end of [() => child.stdin?.end(), () => child.kill('SIGTERM'), () => child.kill('SIGKILL')]) {
      end();
      if (await beforeDeadline(this.#ended, STOP_STEP_MS)) return;
    }
  }

  async #inTime<T>(awaited: Promise<T>, timeoutMs: number, what: string): Promise<T> {
    const failed = this.#ended.then((reason): never => {
      throw new Error(`no ${what}: ${reason} ${this.#stderr}`);
    });
    const value = await beforeDeadline(Promise.race([awaited, failed]), timeoutMs);
    if (value === undefined) throw new Error(`no ${what} within ${timeoutMs} ms ${this.#stderr}`);
    return value;
  }

  #send(message: Message): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  #receive(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end !== -1; end = chunk.indexOf('\n', start)) {
      const line = Buffer.concat([...this.#partialLine, chunk.subarray(start, end)]);
      this.#partialLine = [];
      start = end + 1;
      this.#handle(line.toString());
    }
    this.#partialLine.push(chunk.subarray(start));
  }

  #handle(raw: string): void {
    this.received.push(raw);
    const message = JSON.parse(raw) as Message;
    const { id, method, params = {} } = message;
    if (method === undefined) {
      this.#answers.get(id ?? 0)?.(message);
    } else if (id !== undefined) {
      this.#send({ id, error: { code: -32601, message: 'this client answers no requests' } });
    } else {
      this.notifications.push({ method, params, raw });
      for (const look of this.#listeners) look();
    }
  }
}

/** What `promise` fulfils with, or undefined when `timeoutMs` pass first. */
async function beforeDeadline<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
