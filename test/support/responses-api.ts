import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Tokens of one model response, in tokens, as a rollout names them. */
export interface ResponseUsage {
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_input_tokens: number;
  output_tokens: number;
  reasoning_output_tokens: number;
  total_tokens: number;
}

/** What the API does with one request. */
export interface Reply {
  text: string;
  usage: ResponseUsage;
  /** Stream the text and then fall silent: the response never completes and nothing is charged. */
  hang?: boolean;
}

/** One completed response: which thread asked and what it was charged. */
export interface LedgerEntry {
  threadId: string;
  usage: ResponseUsage;
}

export interface ResponsesApiOptions {
  /** The reply to the n-th request for a model response, n counting from 0; `plainReply` if left out. */
  reply?: (n: number) => Reply;
}

export interface ResponsesApi {
  port: number;
  /** The truth about tokens spent: completed responses in order. */
  ledger: readonly LedgerEntry[];
  /** Drops every open connection and frees the port. */
  close(): Promise<void>;
}

/** Usage of the n-th request (from 0): a context that grows, mostly cached, with an answer of varying length. */
export function growingUsage(n: number): ResponseUsage {
  const input = contextAt(n);
  const cached = n === 0 ? 0 : contextAt(n - 1) - (contextAt(n - 1) % 128);
  const output = 83 + ((n * 197) % 461);
  return {
    input_tokens: input,
    cached_input_tokens: cached,
    cache_write_input_tokens: n % 3 === 1 ? 1_152 : 0,
    output_tokens: output,
    reasoning_output_tokens: Math.floor(output / 3) - (n % 5),
    total_tokens: input + output,
  };
}

function contextAt(n: number): number {
  return 5_237 + n * 1_409 + ((n * n * 53) % 331);
}

/** A short answer to the n-th request (from 0), charged with `growingUsage`. */
function plainReply(n: number): Reply {
  return { text: `This is answer ${n + 1}.`, usage: growingUsage(n) };
}

/** Starts a server on the loopback interface that speaks as much of the Responses API as Codex needs for a turn. */
export async function startResponsesApi(options: ResponsesApiOptions = {}): Promise<ResponsesApi> {
  const reply = options.reply ?? plainReply;
  const ledger: LedgerEntry[] = [];
  let requests = 0;

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (request.method !== 'POST' || request.url !== '/v1/responses') {
      response.setHeader('content-type', 'application/json').end('{}');
      return;
    }
    const n = requests++;
    const { text, usage, hang } = reply(n);
    const message = { type: 'message', role: 'assistant', id: `msg_${n}` };
    response.setHeader('content-type', 'text/event-stream');
    writeEvent(response, 'response.created', { response: { id: `resp_${n}` } });
    writeEvent(response, 'response.output_item.added', { item: { ...message, content: [] } });
    writeEvent(response, 'response.output_text.delta', { item_id: message.id, delta: text });
    if (hang) return;
    ledger.push({ threadId: threadIdOf(request, body), usage });
    const content = [{ type: 'output_text', text }];
    writeEvent(response, 'response.output_item.done', { item: { ...message, content } });
    writeEvent(response, 'response.completed', { response: { id: `resp_${n}`, usage: wireUsage(usage) } });
    response.end();
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function threadIdOf(request: IncomingMessage, body: string): string {
  const { session_id: header } = request.headers;
  if (typeof header === 'string') return header;
  const { prompt_cache_key: key } = JSON.parse(body) as { prompt_cache_key?: string };
  return key ?? '';
}

function wireUsage(usage: ResponseUsage): object {
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

function writeEvent(response: ServerResponse, type: string, data: object): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
}
