import { createHash } from 'node:crypto';

/** Whole numbers from 0 to below a limit, the same ones for the same seed. */
export function random(seed: string): (limit: number) => number {
  let next = 0;
  return (limit) => {
    const bytes = createHash('sha256').update(`${seed} ${next++}`).digest();
    return bytes.readUInt32BE(0) % limit;
  };
}
