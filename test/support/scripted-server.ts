import { PassThrough } from 'node:stream';
import type { Channel } from '../../src/wire/channel.ts';
import { lineChannel } from '../../src/wire/line-channel.ts';

/** A server inside this process that says what a test has it say, as bytes. */
export interface ScriptedServer {
  readonly channel: Channel;
  /** What the client sent, a JSON text each. */
  readonly received: string[];
  /** Writes bytes to the client. */
  readonly say: (bytes: string | Buffer) => void;
  /** Ends what it says. */
  readonly end: () => void;
}

/** `onMessage`: what the server does with each message of the client, its JSON text parsed by `JSON.parse`. */
export function scriptedServer(
  onMessage: (message: { id: number; method: string }, say: (bytes: string) => void) => void = () => {},
  longest = 1_000_000,
): ScriptedServer {
  const output = new PassThrough();
  const received: string[] = [];
  const say = (bytes: string | Buffer) => void output.write(bytes);
  const write = async (text: string) => {
    received.push(text.trimEnd());
    onMessage(JSON.parse(text), say);
  };
  const close = async () => void output.destroy();
  return { channel: lineChannel({ input: output, write, close }, longest), received, say, end: () => output.end() };
}

/** The command of a server in a process of its own: Node.js with `script`. */
export function nodeServer(script: string): string[] {
  return [process.execPath, '-e', script];
}
