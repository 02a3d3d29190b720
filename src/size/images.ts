/** More different ones are counted, but not told apart any more. */
const MOST_KNOWN = 200_000;

/** Which images and other inline data a rollout holds, and how often. */
export class Images {
  readonly #known = new Map<string, { readonly bytes: number; copies: number }>();
  #unknown = 0;
  /** How often one stands in the rollout. */
  copies = 0;
  /** Of all copies. */
  bytes = 0;
  /** Of those that stand there for the first time. */
  uniqueBytes = 0;

  add(bytes: number, fingerprint: string): void {
    this.copies++;
    this.bytes += bytes;
    const known = this.#known.get(fingerprint);
    if (known) {
      known.copies++;
      return;
    }
    this.uniqueBytes += bytes;
    if (this.#known.size < MOST_KNOWN) this.#known.set(fingerprint, { bytes, copies: 1 });
    else this.#unknown++;
  }

  get unique(): number {
    return this.#known.size + this.#unknown;
  }

  /** The fingerprint and the length of each. */
  *each(): Generator<readonly [fingerprint: string, bytes: number]> {
    for (const [fingerprint, { bytes }] of this.#known) yield [fingerprint, bytes];
  }
}
