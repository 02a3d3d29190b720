import type { OpenRollout } from '../rollout/lines/open-rollout.ts';
import { type RandomAccess, readForward } from '../rollout/lines/random-access.ts';

/** An open rollout whose beginning can be looked at before all of it is read. */
export type RolloutSource =
  | { readonly kind: 'file'; readonly file: RandomAccess }
  | {
      readonly kind: 'stream';
      /** The first `most` bytes, or more where a block goes on; they are read again by `all`. */
      readonly peek: (most: number) => AsyncIterable<Buffer>;
      /** What was looked at so far, until `all` is asked for. */
      readonly peeked: () => Buffer;
      /** All bytes, those that were looked at first. Once. */
      readonly all: () => AsyncIterable<Buffer>;
    };

const BLOCK = 256 * 1024;

export function sourceOf(rollout: OpenRollout): RolloutSource {
  if (rollout.kind === 'file') return rollout;
  const chunks = rollout.chunks[Symbol.asyncIterator]();
  const seen: Buffer[] = [];
  return {
    kind: 'stream',
    peek: async function* (most) {
      for (let bytes = 0; bytes < most; ) {
        const { value, done } = await chunks.next();
        if (done) return;
        seen.push(value);
        bytes += value.length;
        yield value;
      }
    },
    peeked: () => Buffer.concat(seen),
    all: async function* () {
      for (let chunk = seen.shift(); chunk; chunk = seen.shift()) yield chunk;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    },
  };
}

/** The first `most` bytes of a source, or all when it has less: of a stream only what was looked at already. */
export function startOf(source: RolloutSource, most: number): Buffer {
  if (source.kind === 'stream') return source.peeked().subarray(0, most);
  const start = Buffer.alloc(Math.min(most, source.file.size));
  source.file.read(start, 0);
  return start;
}

/** The first `end` bytes of a source, in order, in blocks that are valid until the next is asked for. */
export async function* bytesOf(source: RolloutSource, end: number): AsyncGenerator<Buffer> {
  if (source.kind === 'file') {
    yield* readForward(source.file, Math.min(end, source.file.size), BLOCK);
    return;
  }
  let position = 0;
  for await (const chunk of source.all()) {
    if (position + chunk.length >= end) {
      yield chunk.subarray(0, end - position);
      return;
    }
    yield chunk;
    position += chunk.length;
  }
}

export function closeSource(source: RolloutSource): void {
  if (source.kind === 'file') source.file.close();
}
