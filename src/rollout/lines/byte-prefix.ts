/** The first `end` bytes of a stream; what follows is not asked for. */
export async function* bytePrefix(chunks: AsyncIterable<Buffer>, end: number): AsyncGenerator<Buffer> {
  let position = 0;
  for await (const chunk of chunks) {
    if (position + chunk.length >= end) {
      yield chunk.subarray(0, end - position);
      return;
    }
    yield chunk;
    position += chunk.length;
  }
}
