/** How far the two clocks may be apart before the finer one is set, in milliseconds. */
const APART_MS = 20;

/**
 * A clock that is as fine as `fine` and never goes back, but goes with the clock of the machine, which goes on while the
 * machine sleeps: what is written meanwhile has its times. In milliseconds since 1970.
 */
export function steadyClock(
  machine: () => number = Date.now,
  fine: () => number = () => performance.now(),
): () => number {
  let origin = machine() - fine();
  return () => {
    const ahead = machine() - fine() - origin;
    if (ahead > APART_MS) origin += ahead;
    return fine() + origin;
  };
}
