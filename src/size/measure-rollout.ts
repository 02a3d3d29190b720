import { loadingCost } from '../codex/loading-cost.ts';
import type { RolloutFinder } from '../history/finder.ts';
import { type Head, readHead } from '../history/head.ts';
import { bytesOf, closeSource, sourceOf } from '../history/source.ts';
import { filesOf } from '../history/thread-history.ts';
import type { OpenRollout } from '../rollout/lines/open-rollout.ts';
import { concernOf } from './concern.ts';
import { explained, whyLarge } from './explain.ts';
import { LineMeter } from './line-meter.ts';
import type { RolloutSize } from './rollout-size.ts';

/** A rollout's size, and what tells whether others hold the same. */
export interface Measured {
  readonly size: RolloutSize;
  /** The fingerprint and the length of each piece of inline data. */
  readonly images: Iterable<readonly [fingerprint: string, bytes: number]>;
}

/**
 * Reads a rollout once, from its beginning to its end, and says what its bytes are. Memory does not grow with it.
 * @param opened the rollout, which is closed
 * @param onProgress is told now and then how many bytes were read, of how many; null: it is not known
 * @throws {FileShrank} or the system's error
 */
export async function measureRollout(
  path: string,
  opened: OpenRollout,
  finder: RolloutFinder,
  onProgress?: (bytes: number, all: number | null) => Promise<void>,
): Promise<Measured> {
  const source = sourceOf(opened);
  try {
    const head = await readHead(source, finder.version);
    const meter = new LineMeter(path, head);
    const all = source.kind === 'file' ? source.file.size : null;
    let read = 0;
    for await (const block of bytesOf(source, Number.POSITIVE_INFINITY)) {
      meter.add(block);
      read += block.length;
      await onProgress?.(read, all);
    }
    meter.finish();
    const { segments } = await filesOf(path, head, finder);
    const inherited = segments.slice(0, -1).reduce((sum, { wanted }) => sum + (wanted ?? 0), 0);
    return { size: sizeOf(path, head, meter, inherited), images: meter.images.each() };
  } finally {
    closeSource(source);
  }
}

function sizeOf(path: string, { meta }: Head, meter: LineMeter, inherited: number): RolloutSize {
  const { bytes, records, kinds, largest, images, tail, imagesInCompactions: inCompactions } = meter;
  const { unique, copies, uniqueBytes, bytes: imageBytes } = images;
  const facts = { unique, inCompactions, compactions: kinds.get('compacted').count };
  const causes = meter.causes.largestFirst().map(({ name, ...amount }) => explained(name, amount, facts));
  const loading = loadingCost(bytes + inherited);
  return {
    path,
    bytes,
    records,
    threadId: meta?.id ?? null,
    cliVersion: meta?.cli_version ?? null,
    historyMode: meta?.history_mode ?? 'legacy',
    forkedFromId: meta?.forked_from_id ?? null,
    why: whyLarge(bytes, causes[0]),
    causes,
    kinds: kinds.largestFirst().map((kind) => ({ kind: kind.name, records: kind.count, bytes: kind.bytes })),
    largest: largest.all(),
    repeated: {
      bytes: imageBytes - uniqueBytes,
      images: { unique, copies, inCompactions, uniqueBytes, bytes: imageBytes },
    },
    loading,
    concern: concernOf(loading),
    notices: tail.notices(),
  };
}
