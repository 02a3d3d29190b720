const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** No checksum, no size of the content; a window of 1 MB. */
const FRAME_HEADER = Buffer.from([0x00, 0x50]);
const LARGEST_BLOCK = 128 * 1024;

/** A Zstandard archive of `content`, in blocks that are stored as they are: Node 20 has no compressor. */
export function zstdOf(content: Buffer): Buffer {
  const parts: Buffer[] = [MAGIC, FRAME_HEADER];
  for (let at = 0; at === 0 || at < content.length; at += LARGEST_BLOCK) {
    const block = content.subarray(at, at + LARGEST_BLOCK);
    const isLast = at + LARGEST_BLOCK >= content.length;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}
