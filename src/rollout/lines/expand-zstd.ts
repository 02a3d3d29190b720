import { Decompress, ZstdErrorCode } from 'fzstd';
import { NotARollout } from './not-a-rollout.ts';

/** So many bytes of an archive expand to some 32 MB at most, whatever it holds. */
const PIECE = 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Expands a Zstandard archive, in blocks of up to 128 KB. Node's own decompressor (22.15) is faster and not used: it takes an
 * archive that is cut for a whole one, and stops behind the first frame of several.
 * @throws {NotARollout} when it is damaged or cut
 */
export async function* expandZstd(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let blocks: Buffer[] = [];
  const expansion = new Decompress((block) => {
    blocks.push(Buffer.from(block.buffer, block.byteOffset, block.length));
  });
  const expanded = (piece: Buffer, isLast: boolean) => {
    try {
      expansion.push(piece, isLast);
    } catch (error) {
      throw damaged(error);
    }
    const ready = blocks.filter(({ length }) => length > 0);
    blocks = [];
    return ready;
  };
  for await (const chunk of archive) {
    for (let at = 0; at < chunk.length; at += PIECE) yield* expanded(chunk.subarray(at, at + PIECE), false);
  }
  yield* expanded(NOTHING, true);
}

function damaged(error: unknown): NotARollout {
  const { code, message } = error as { readonly code?: unknown; readonly message: string };
  const problem =
    code === ZstdErrorCode.UnexpectedEOF ? 'is a compressed file that is cut' : `is no Zstandard archive: ${message}`;
  return new NotARollout(problem, 'compressed', { cause: error, hint: 'zstd -t FILE says more' });
}
