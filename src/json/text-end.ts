import { BACKSLASH, QUOTE } from './bytes.ts';
import { textEndModule } from './text-end-wasm.ts';

/** In bytes. All blocks that a process reads rollouts into at the same time, and some to spare. */
const MEMORY = 4 * 1024 * 1024;
const PAGE = 64 * 1024;

/** As far as it is used here. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Buffer) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
};

interface Memory {
  readonly buffer: ArrayBuffer;
  readonly textEnd: (at: number, end: number) => number;
}

/** Undefined before it is asked for first, null where there is none: Node without WebAssembly, or a processor without SIMD. */
let memory: Memory | null | undefined;
let used = 0;

/**
 * Memory for `size` bytes of rollouts, for as long as the process lives. `textEnd` is four times as fast in it, as long as
 * there is some left; else it is memory as any other.
 */
export function textBlock(size: number): Buffer {
  memory ??= newMemory();
  if (!memory || used + size > MEMORY) return Buffer.allocUnsafeSlow(size);
  const block = Buffer.from(memory.buffer, used, size);
  used += size;
  return block;
}

function newMemory(): Memory | null {
  try {
    // Sixteen bytes are loaded at once, of which the last may stand behind the last block.
    const pages = MEMORY / PAGE + 1;
    const texts = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const code = new WebAssembly.Module(Buffer.from(textEndModule, 'base64'));
    const { exports } = new WebAssembly.Instance(code, { memory: { texts } });
    return { buffer: texts.buffer, textEnd: exports.textEnd as Memory['textEnd'] };
  } catch {
    return null;
  }
}

/** So many bytes are looked at before it is worth asking for all the rest. */
const SHORT = 24;

/**
 * Where the first byte of a string from `at` on stands that means more than itself, or must not stand there: a quote, a
 * backslash or a control character. The length of `bytes`, or more, when there is none. Escaped line ends may be passed over.
 */
export function textEnd(bytes: Buffer, at: number): number {
  const soon = at + SHORT;
  for (let i = at; ; i++) {
    const byte = bytes[i] as number;
    // Behind the last byte there is none, and so it is not greater.
    if (byte === QUOTE || byte === BACKSLASH || !(byte >= 0x20)) return i;
    if (i === soon && memory && bytes.buffer === memory.buffer) {
      const { byteOffset, length } = bytes;
      return Math.min(memory.textEnd(byteOffset + i, byteOffset + length) - byteOffset, length);
    }
  }
}
