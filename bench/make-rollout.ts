/** Makes rollouts of any size, with lines such as Codex 0.169.0 writes. The same shape gives the same bytes. */
import { type FileHandle, open } from 'node:fs/promises';

export interface RolloutShape {
  /** About the size of the file, in bytes; the last line may go beyond it. */
  readonly bytes: number;
  readonly threadId?: string;
  /** Paginated if it is not said: then lines are numbered. */
  readonly mode?: 'legacy' | 'paginated';
  /** The rollout of an older thread, whose lines it begins with as a legacy fork does: the whole text of it. */
  readonly forkOf?: { readonly threadId: string; readonly lines: string };
  /** Whether a `token_count` stands at the end of each turn. */
  readonly hasUsage: boolean;
  /** At least so many bytes of a turn that has not ended, and has no `token_count` yet, follow the last ended turn. */
  readonly openTurnBytes?: number;
  /** Of what length the texts of messages, commands and outputs are: up to 20 KB, up to 200 bytes, or 200 KB and more. */
  readonly texts?: 'usual' | 'short' | 'long';
  /** If not 0, the last line, inside `bytes`, is an image of so many bytes. */
  readonly lastLineBytes?: number;
  /** The length of the instructions in the session_meta; 15 KB if it is not said. */
  readonly instructions?: number;
  readonly seed?: number;
}

const BATCH_BYTES = 4_000_000;
const CONTEXT_WINDOW = 258_400;
/** The shortest and the longest text, in bytes. */
const textLengths = { usual: [500, 20_000], short: [20, 200], long: [200_000, 1_000_000] } as const;
type Texts = keyof typeof textLengths;
const FIRST_MOMENT = Date.UTC(2026, 0, 5, 8);
const COMMON_WORDS =
  'the of a to in is it that for file test line value when with parser token buffer const return async import this ' +
  'not we can be if then else new from as on at by an or was are has read write open close path name type string';
/** Text and code: now and then a line end, quotes, and more than ASCII, as JSON escapes or keeps them. */
const proseWords: readonly string[] = [
  ...repeated(COMMON_WORDS.split(' '), 3),
  ...repeated(['src/main.ts', '{', '}', '=>', '42;', '0x1f', '\n', '\n', '\n\t', '"quoted"'], 2),
  ...['größe', 'naïve', '→', '日本語'],
];
/** What commands print: the same with some colour. */
const terminalWords: readonly string[] = [...proseWords, '\u001b[31mFAIL\u001b[0m', '\u001b[32mok\u001b[0m'];

/** Writes a rollout. Returns the total_tokens of its last `token_count`, or null when it has none. */
export async function makeRollout(path: string, shape: RolloutShape, signal: AbortSignal): Promise<number | null> {
  const file = await open(path, 'w');
  try {
    return await write(file, new Rollout(shape), signal);
  } finally {
    await file.close();
  }
}

async function write(file: FileHandle, rollout: Rollout, signal: AbortSignal): Promise<number | null> {
  let batch: Buffer[] = [];
  let batchBytes = 0;
  for (const part of rollout.parts()) {
    batch.push(part);
    batchBytes += part.length;
    if (batchBytes < BATCH_BYTES) continue;
    signal.throwIfAborted();
    await file.writeFile(Buffer.concat(batch));
    batch = [];
    batchBytes = 0;
  }
  await file.writeFile(Buffer.concat(batch));
  return rollout.lastTotal;
}

/** One rollout in the making. */
class Rollout {
  readonly #shape: RolloutShape;
  readonly #random: () => number;
  #bytes = 0;
  #ordinal = 0;
  #total = 0;
  lastTotal: number | null = null;

  constructor(shape: RolloutShape) {
    this.#shape = shape;
    this.#random = randomNumbers(shape.seed ?? 1);
  }

  /** The bytes of the rollout, in pieces. */
  *parts(): Generator<Buffer> {
    const { bytes, openTurnBytes = 0, lastLineBytes = 0 } = this.#shape;
    const historyEnd = bytes - openTurnBytes - lastLineBytes;
    yield* this.#begin();
    while (this.#bytes < historyEnd) yield* this.#turn(historyEnd);
    if (openTurnBytes > 0) {
      yield* this.#line(event({ type: 'task_started', turn_id: this.#turnId() }));
      const end = this.#bytes + openTurnBytes;
      while (this.#bytes < end) yield* this.#item();
    }
    if (lastLineBytes > 0) yield* this.#image(lastLineBytes);
  }

  /** The session_meta; of a fork all that it copied, too. */
  *#begin(): Generator<Buffer> {
    const { threadId = uuid(0), forkOf, instructions = 15_000, mode = 'paginated' } = this.#shape;
    yield* this.#line(sessionMeta(threadId, mode, instructions, forkOf?.threadId));
    if (!forkOf) return;
    const counts = forkOf.lines.matchAll(/"total_token_usage":\{[^}]*"total_tokens":(\d+)/g);
    for (const [, total] of counts) this.#total = Number(total);
    const copy = Buffer.from(forkOf.lines);
    this.#bytes += copy.length;
    this.#ordinal += forkOf.lines.split('\n').length;
    yield copy;
  }

  /** A turn from start to end; a short one when `historyEnd` is near. */
  *#turn(historyEnd: number): Generator<Buffer> {
    const id = this.#turnId();
    yield* this.#line(event({ type: 'task_started', turn_id: id, model_context_window: CONTEXT_WINDOW }));
    const message = `Look into number ${this.#ordinal}, please.`;
    yield* this.#line(event({ type: 'user_message', message, images: [], local_images: [], text_elements: [] }));
    const items = 5 + Math.floor(this.#random() * 20);
    for (let i = 0; i < items && this.#bytes < historyEnd; i++) yield* this.#item();
    if (this.#shape.hasUsage) yield* this.#tokenCount();
    yield* this.#line(event({ type: 'task_complete', turn_id: id, last_agent_message: 'Done.', duration_ms: 9000 }));
  }

  /** Younger than the thread, and older than the turns of younger threads. */
  #turnId(): string {
    return uuid(this.#ordinal, this.#shape.seed ?? 1);
  }

  *#item(): Generator<Buffer> {
    const items = pool(this.#shape.texts ?? 'usual');
    yield* this.#line(items[Math.floor(this.#random() * items.length)] as Buffer);
  }

  *#tokenCount(): Generator<Buffer> {
    const tokens = 20_000 + Math.floor(this.#random() * 200_000);
    this.#total += tokens;
    this.lastTotal = this.#total;
    const info = {
      total_token_usage: tokenUsage(this.#total),
      last_token_usage: tokenUsage(tokens),
      model_context_window: CONTEXT_WINDOW,
    };
    const primary = { used_percent: 12.5, window_minutes: 300, resets_at: 1_767_610_000 };
    const rateLimits = {
      limit_id: 'codex',
      limit_name: null,
      primary,
      secondary: null,
      credits: null,
      plan_type: 'pro',
    };
    yield* this.#line(event({ type: 'token_count', info, rate_limits: rateLimits }));
  }

  /** A line of `bytes` bytes: a message with one image, as a data URL. */
  *#image(bytes: number): Generator<Buffer> {
    const image = { type: 'input_image', image_url: 'data:image/png;base64,#' };
    const message = body('response_item', { type: 'message', role: 'user', content: [image] });
    const at = message.indexOf('#');
    const head = this.#head();
    yield Buffer.concat([head, message.subarray(0, at)]);
    const piece = Buffer.from(base64(1_000_000, this.#random));
    for (let left = bytes - head.length - message.length + 1; left > 0; left -= piece.length) {
      yield piece.subarray(0, Math.min(left, piece.length));
    }
    yield message.subarray(at + 1);
  }

  /** A line with a time and a number in front of `rest`. */
  *#line(rest: Buffer): Generator<Buffer> {
    const head = this.#head();
    this.#bytes += head.length + rest.length;
    yield head;
    yield rest;
  }

  #head(): Buffer {
    const ordinal = this.#ordinal++;
    const timestamp = new Date(FIRST_MOMENT + ordinal * 250).toISOString();
    const number = this.#shape.mode === 'legacy' ? '' : `"ordinal":${ordinal},`;
    return Buffer.from(`{"timestamp":"${timestamp}",${number}`, 'latin1');
  }
}

const pools = new Map<Texts, readonly Buffer[]>();

/** Response items to take from, made once: more short ones than long ones. */
function pool(texts: Texts): readonly Buffer[] {
  const made = pools.get(texts);
  if (made) return made;
  const count = texts === 'long' ? 40 : 400;
  const items = Array.from({ length: count }, (_, i) => responseItem(i, texts, randomNumbers(1000 + i)));
  pools.set(texts, items);
  return items;
}

function responseItem(i: number, texts: Texts, random: () => number): Buffer {
  const [shortest, longest] = textLengths[texts];
  const length = Math.round(shortest * (longest / shortest) ** random());
  const callId = `call_${i}`;
  switch (i % 4) {
    case 0: {
      const content = [{ type: 'output_text', text: prose(length, random) }];
      return body('response_item', { type: 'message', id: `msg_${i}`, role: 'assistant', content });
    }
    case 1: {
      const args = JSON.stringify({ command: ['bash', '-lc', prose(length, random)], workdir: '/workspace' });
      return body('response_item', { type: 'function_call', name: 'shell', arguments: args, call_id: callId });
    }
    case 2:
      return body('response_item', {
        type: 'function_call_output',
        call_id: callId,
        output: prose(length, random, terminalWords),
      });
    default: {
      const summary = [{ type: 'summary_text', text: '**Looking into it**' }];
      return body('response_item', { type: 'reasoning', summary, encrypted_content: base64(length, random) });
    }
  }
}

function sessionMeta(id: string, mode: string, instructions: number, forkedFromId: string | undefined): Buffer {
  return body('session_meta', {
    id,
    ...(forkedFromId !== undefined && { forked_from_id: forkedFromId }),
    timestamp: new Date(FIRST_MOMENT).toISOString(),
    cwd: '/workspace',
    originator: 'bench',
    cli_version: '0.169.0',
    source: 'cli',
    model_provider: 'openai',
    base_instructions: { text: prose(instructions, randomNumbers(7)) },
    history_mode: mode,
  });
}

function event(payload: object): Buffer {
  return body('event_msg', payload);
}

/** What follows the time and the number of a line, with the line end. */
function body(type: string, payload: object): Buffer {
  return Buffer.from(`${JSON.stringify({ type, payload }).slice(1)}\n`);
}

function tokenUsage(total: number): object {
  const output = Math.floor(total / 20);
  return {
    input_tokens: total - output,
    cached_input_tokens: Math.floor(total / 2),
    cache_write_input_tokens: 0,
    output_tokens: output,
    reasoning_output_tokens: Math.floor(output / 2),
    total_tokens: total,
  };
}

function prose(length: number, random: () => number, words = proseWords): string {
  let text = '';
  while (text.length < length) text += `${words[Math.floor(random() * words.length)]} `;
  return text;
}

function repeated(words: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => words).flat();
}

function base64(length: number, random: () => number): string {
  const bytes = Uint8Array.from({ length: Math.floor((length * 3) / 4) }, () => random() * 256);
  return Buffer.from(bytes).toString('base64');
}

/** A UUIDv7 of its own for each `n`; those of a higher `group` are younger. */
export function uuid(n: number, group = 0): string {
  const time = (0x019b8d00_0000 + group).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
