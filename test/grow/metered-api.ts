import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerEntry, Tokens } from './ledger.ts';

export interface MeteredApiOptions {
  /** How long an answer takes, in milliseconds. */
  readonly paceMs?: number;
  /** Whether it hands out cache writes, which Codex counts since 0.145. */
  readonly cacheWrites?: boolean;
  /** Every request of a sub-agent costs the same, to the token. */
  readonly equalSubagents?: boolean;
}

export interface MeteredApi {
  readonly port: number;
  /** The truth about tokens spent: the responses in the order in which they were completed. */
  readonly ledger: readonly LedgerEntry[];
  /** Drops every open connection and frees the port. */
  close(): Promise<void>;
}

/** What a user's message makes the model do, by a word in it. Any other message is answered. */
export const words = {
  /** Spawn a sub-agent that knows nothing of the thread. */
  spawn: 'SPAWN-ALONE',
  /** Spawn one that inherits the context of the thread. */
  spawnFork: 'SPAWN-FORK',
  /** Spawn two, alone. */
  twins: 'SPAWN-TWINS',
  /** Run a command, write a file and note a plan, with the tools of those kinds that the request offers. */
  tools: 'TOOLS',
  /** Begin an answer and never end it. */
  hang: 'HANG',
  /** Fail since the context window is exceeded; costs nothing. */
  overflow: 'OVERFLOW',
  /** Begin an answer and cut the connection: it costs, and Codex never learns how much. */
  cut: 'CUT',
  /** Fail with a server error before anything was answered; costs nothing. */
  fail: 'FAIL',
} as const;

interface Item {
  readonly type?: string;
  readonly role?: string;
}

interface Body {
  readonly model?: string;
  readonly input?: readonly Item[];
  readonly tools?: readonly { readonly name?: string; readonly type?: string }[];
}

interface TurnMetadata {
  readonly thread_id?: string;
  readonly turn_id?: string;
  readonly parent_thread_id?: string;
  readonly request_kind?: string;
}

/**
 * Starts a Responses API on the loopback interface that writes down every token it hands out. No two responses cost the
 * same, unless `equalSubagents` asks for it.
 */
export async function startMeteredApi(options: MeteredApiOptions = {}): Promise<MeteredApi> {
  const ledger: LedgerEntry[] = [];
  let requests = 0;

  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    if (request.headers.upgrade) {
      // Codex asks for a websocket first, and again and again unless it is told that there is none.
      response.writeHead(426).end();
      return;
    }
    if (request.method !== 'POST' || !request.url?.includes('/responses')) {
      response.setHeader('content-type', 'application/json').end('{"models":[],"data":[]}');
      return;
    }
    const n = ++requests;
    const body = JSON.parse(text) as Body;
    const metadata = metadataOf(request);
    const usage = usageOf(n, body, metadata, options);
    const charge = (lost: boolean) => {
      ledger.push({
        n,
        at: new Date().toISOString(),
        model: body.model ?? '',
        threadId: metadata.thread_id ?? '',
        turnId: metadata.turn_id ?? null,
        parentThreadId: metadata.parent_thread_id ?? null,
        kind: metadata.request_kind ?? null,
        path: request.url ?? '',
        isServerCompaction: isCompaction(body) || request.url?.endsWith('/compact') === true,
        usage,
        lost,
      });
    };
    if (request.url.endsWith('/compact')) {
      await delay(options.paceMs ?? 0);
      charge(false);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(compaction(n, usage)));
      return;
    }
    await answer(response, n, body, usage, charge, options.paceMs ?? 0);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    ledger,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Streams the n-th answer. */
async function answer(
  response: ServerResponse,
  n: number,
  body: Body,
  usage: Tokens,
  charge: (lost: boolean) => void,
  paceMs: number,
): Promise<void> {
  const asked = isCompaction(body) ? '' : lastWords(body);
  if (asked.includes(words.fail)) {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  writeEvent(response, 'response.created', { response: { id: `resp_${n}` } });
  if (asked.includes(words.overflow)) {
    const error = { code: 'context_length_exceeded', message: 'Your input exceeds the context window of this model.' };
    writeEvent(response, 'response.failed', { response: { id: `resp_${n}`, status: 'failed', error } });
    response.end();
    return;
  }
  const items = isCompaction(body)
    ? [{ type: 'compaction', encrypted_content: `summary-${n}` }]
    : replyItems(n, body, asked);
  if (asked.includes(words.hang) || asked.includes(words.cut)) {
    const message = { type: 'message', role: 'assistant', id: `msg_${n}` };
    writeEvent(response, 'response.output_item.added', { item: { ...message, content: [] } });
    writeEvent(response, 'response.output_text.delta', { item_id: message.id, delta: 'Well,' });
    charge(true);
    if (asked.includes(words.cut)) {
      await delay(50);
      response.destroy();
    }
    return;
  }
  for (const item of items) writeEvent(response, 'response.output_item.done', { item });
  await delay(paceMs);
  if (response.destroyed) return charge(true);
  charge(false);
  writeEvent(response, 'response.completed', { response: { id: `resp_${n}`, usage: onTheWire(usage) } });
  response.end();
}

function replyItems(n: number, body: Body, asked: string): object[] {
  const isAnswered = /_call_output$/.test(body.input?.at(-1)?.type ?? '');
  const message = { type: 'message', role: 'assistant', id: `msg_${n}` };
  const reply = [{ ...message, content: [{ type: 'output_text', text: `This is answer ${n}.` }] }];
  if (isAnswered) return reply;
  if (asked.includes(words.tools)) return [...toolCalls(`${n}`, body), ...reply];
  if (asked.includes(words.twins)) return [spawnCall(`${n}a`, body, false), spawnCall(`${n}b`, body, false)];
  if (asked.includes(words.spawn)) return [spawnCall(`${n}`, body, false)];
  if (asked.includes(words.spawnFork)) return [spawnCall(`${n}`, body, true)];
  return reply;
}

const patch = '*** Begin Patch\n*** Add File: note.txt\n+a note\n*** End Patch\n';

/** What everyday tools are called in different versions, and what they are called with. */
const everydayTools: Readonly<Record<string, object | string>> = {
  exec_command: { cmd: 'echo a word' },
  shell_command: { command: 'echo a word' },
  shell: { command: ['echo', 'a word'] },
  apply_patch: patch,
  update_plan: { plan: [{ step: 'look', status: 'completed' }] },
};

/** A call of each everyday tool that the request offers. */
function toolCalls(id: string, { tools = [] }: Body): object[] {
  return tools.flatMap(({ name = '', type }): object[] => {
    const input = Object.hasOwn(everydayTools, name) ? everydayTools[name] : undefined;
    if (input === undefined) return [];
    const call = { id: `call_${id}_${name}`, call_id: `call_${id}_${name}`, name };
    if (type === 'custom') return [{ type: 'custom_tool_call', ...call, input }];
    const object = typeof input === 'string' ? { input } : input;
    return [{ type: 'function_call', ...call, arguments: JSON.stringify(object) }];
  });
}

/** A call of the tool that spawns a sub-agent, as the tools of the request name it. */
function spawnCall(id: string, body: Body, inheritsContext: boolean): object {
  const namespace = agentNamespace(body);
  const isSecond = namespace !== undefined && !namespace.endsWith('v1');
  const input = isSecond
    ? { task_name: `task_${id}`, message: 'a part of the work', fork_turns: inheritsContext ? 'all' : 'none' }
    : { message: 'a part of the work', fork_context: inheritsContext };
  const call = { type: 'function_call', id: `call_${id}`, call_id: `call_${id}`, name: 'spawn_agent' };
  return { ...call, ...(namespace && { namespace }), arguments: JSON.stringify(input) };
}

/** What the tools for sub-agents are called together; some versions have the model look for them first. */
function agentNamespace({ tools = [] }: Body): string | undefined {
  const named = tools.find(({ type }) => type === 'namespace')?.name;
  return named ?? (tools.some(({ type }) => type === 'tool_search') ? 'multi_agent_v1' : undefined);
}

/** Whether the request asks for a compaction on the server's side, as versions ask that use no endpoint of its own. */
function isCompaction({ input }: Body): boolean {
  return input?.at(-1)?.type === 'compaction_trigger';
}

function compaction(n: number, usage: Tokens): object {
  const output = [{ type: 'compaction', id: `cmp_${n}`, encrypted_content: `summary-${n}` }];
  return { id: `resp_${n}`, object: 'response.compaction', output, usage: onTheWire(usage) };
}

/** What the user said last, as JSON text. */
function lastWords({ input }: Body): string {
  return JSON.stringify(input?.findLast(({ role }) => role === 'user') ?? '');
}

function usageOf(n: number, body: Body, metadata: TurnMetadata, options: MeteredApiOptions): Tokens {
  if (options.equalSubagents && metadata.parent_thread_id) return tokens(1_000, 512, 0, 50, 10);
  const input = Math.ceil(JSON.stringify(body.input ?? '').length / 4) + n;
  const cached = n > 1 ? Math.floor(input / 2 / 128) * 128 : 0;
  const written = options.cacheWrites ? 128 + n : 0;
  return tokens(input, cached, written, 40 + n * 7, n * 3);
}

function tokens(input: number, cached: number, written: number, output: number, reasoning: number): Tokens {
  return {
    input_tokens: input,
    cached_input_tokens: cached,
    cache_write_input_tokens: written,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
    total_tokens: input + output,
  };
}

function onTheWire(usage: Tokens): object {
  return {
    input_tokens: usage.input_tokens,
    input_tokens_details: {
      cached_tokens: usage.cached_input_tokens,
      cache_write_tokens: usage.cache_write_input_tokens,
    },
    output_tokens: usage.output_tokens,
    output_tokens_details: { reasoning_tokens: usage.reasoning_output_tokens },
    total_tokens: usage.total_tokens,
  };
}

/** Older versions say in headers what newer ones say in the metadata. */
function metadataOf({ headers }: IncomingMessage): TurnMetadata {
  const said = headerOf(headers, 'x-codex-turn-metadata');
  const thread = headerOf(headers, 'thread-id') ?? headerOf(headers, 'session_id');
  const parent = headerOf(headers, 'x-codex-parent-thread-id');
  return {
    ...(thread !== undefined && { thread_id: thread }),
    ...(parent !== undefined && { parent_thread_id: parent }),
    ...(said !== undefined && (JSON.parse(said) as TurnMetadata)),
  };
}

function headerOf(headers: IncomingMessage['headers'], name: string): string | undefined {
  const { [name]: value } = headers;
  return typeof value === 'string' ? value : undefined;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function writeEvent(response: ServerResponse, type: string, data: object): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}
