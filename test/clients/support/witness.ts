import type { Onlooker } from '../../../src/tap/passage.ts';

/** An onlooker that keeps what passes, in its order, by connection and direction. */
export function witness(): Onlooker & { readonly seen: ReadonlyMap<string, readonly string[]> } {
  const seen = new Map<string, string[]>();
  return {
    seen,
    passed: (connection, direction, bytes) => {
      const key = `${connection} ${direction}`;
      seen.set(key, [...(seen.get(key) ?? []), Buffer.from(bytes).toString('latin1')]);
    },
    tampered: () => {},
    cut: () => {},
    closed: (connection) => void seen.set(`${connection} closed`, []),
    room: () => undefined,
  };
}
