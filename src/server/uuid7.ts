import { isSeeded, now, randomBytes } from './clock.ts';

let last = 0;

/** A new id of a thread, a turn or an item: a UUIDv7. Each sorts after all that were made before it. */
export function uuid7(): string {
  // A seeded clock never stands still, and begins anew.
  last = isSeeded() ? now() : Math.max(now(), last + 1);
  const random = randomBytes(10).toString('hex');
  const time = last.toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random[3] as string, 16) & 0b0011) | 0b1000).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}
