import type { CauseId } from './cause.ts';
import { explained, whyLarge } from './explain.ts';
import type { Measured } from './measure-rollout.ts';
import type { TotalSize } from './rollout-size.ts';
import { Tally } from './tally.ts';

/** Adds up the sizes of several rollouts, and finds what stands in more than one of them. */
export class Total {
  readonly #kinds = new Tally<string>();
  readonly #causes = new Tally<CauseId>();
  /** In how many rollouts a piece of inline data stands, by its fingerprint. */
  readonly #images = new Map<string, number>();
  #rollouts = 0;
  #bytes = 0;
  #records = 0;
  #imagesInCompactions = 0;
  #sharedImages = 0;
  #sharedImageBytes = 0;

  add({ size, images }: Measured): void {
    this.#rollouts++;
    this.#bytes += size.bytes;
    this.#records += size.records;
    this.#imagesInCompactions += size.repeated.images.inCompactions;
    for (const { kind, bytes, records } of size.kinds) this.#kinds.add(kind, bytes, records);
    for (const { id, bytes, count } of size.causes) this.#causes.add(id, bytes, count);
    for (const [fingerprint, bytes] of images) {
      const before = this.#images.get(fingerprint) ?? 0;
      this.#images.set(fingerprint, before + 1);
      if (before === 1) this.#sharedImages++;
      if (before > 0) this.#sharedImageBytes += bytes;
    }
  }

  sum(): TotalSize {
    const facts = {
      unique: this.#images.size,
      inCompactions: this.#imagesInCompactions,
      compactions: this.#kinds.get('compacted').count,
    };
    const causes = this.#causes.largestFirst().map(({ name, ...amount }) => explained(name, amount, facts));
    return {
      rollouts: this.#rollouts,
      bytes: this.#bytes,
      records: this.#records,
      why: whyLarge(this.#bytes, causes[0]),
      causes,
      kinds: this.#kinds.largestFirst().map(({ name, count, bytes }) => ({ kind: name, records: count, bytes })),
      shared: {
        images: this.#sharedImages,
        imageBytes: this.#sharedImageBytes,
        copiedBytes: this.#causes.get('copied-parent').bytes,
      },
    };
  }
}
