import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { newestCodex } from '../../codex/version.ts';
import { RolloutFinder } from '../../history/finder.ts';
import { historyBaseOf } from '../../history/thread-history.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { readForward } from '../../rollout/lines/random-access.ts';
import { scanForward } from '../../rollout/lines/scan-forward.ts';
import { tokenCountProbe } from '../../rollout/lines/token-count-probe.ts';
import { type RolloutsLeft, rolloutsLeftIn } from './rollouts-left.ts';

/** Something on disk that a replay must not have done. */
export interface PersistenceFault {
  readonly expected: string;
  readonly actual: string;
}

/** A rollout at one time. */
interface Snapshot {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of these bytes. */
  readonly hash: string;
  /** Lines that may be `token_count` records. */
  readonly tokenCounts: number;
}

const BLOCK = 256 * 1024;
const LONGEST = 16 * 1024 * 1024;

/** Where rollouts are looked for when a server has ended: in its home, or at these paths alone. */
export type PlacesToLook = { readonly home: string } | { readonly paths: readonly string[] };

/** A server may add so much to a rollout, or copy it twice, before it is told how large it is instead of read. In bytes. */
const ADDED = 64 * 1024 * 1024;
/** New rollouts that are looked at. */
const MOST_NEW = 100;

/** What is written down now, to be compared with what is there later. @throws the system's error */
export async function snapshotsOf(paths: readonly string[]): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const path of paths) snapshots.push(await snapshot(await realpath(path), { most: Number.POSITIVE_INFINITY }));
  return snapshots;
}

/**
 * What became of rollouts that stood there `before`, and of those that are new in `places`. Whatever a server left there is
 * told as its doing: what is no ordinary file, too large or too much is not read.
 * @param copied how many `token_count` records a fork that copies its source takes over; null: the source was cut, so
 * that it may be any number of them
 * @throws the reason of `signal` when it is aborted
 */
export async function persistenceFaultsSince(
  before: readonly Snapshot[],
  places: PlacesToLook,
  copied: number | null,
  signal?: AbortSignal,
): Promise<PersistenceFault[]> {
  const faults: PersistenceFault[] = [];
  const looking = async (path: string, look: () => Promise<PersistenceFault[]>) => {
    faults.push(...(await look().catch((error: unknown) => [faultOf(path, error, signal)])));
  };
  for (const old of before) await looking(old.path, () => changes(old, signal));
  const { paths, isCut } = await rolloutsAt(places, signal);
  const known = new Set(before.flatMap(({ path }) => [path, plain(path)]));
  const added = paths.filter((path) => !known.has(path));
  const limit = ADDED + 2 * Math.max(0, ...before.map(({ size }) => size));
  for (const path of added.slice(0, MOST_NEW)) {
    await looking(path, () => inNewRollout(path, before[0]?.tokenCounts ?? 0, copied, { limit, signal }));
  }
  if (isCut || added.length > MOST_NEW) {
    faults.push({ expected: 'a handful of files in the Codex home', actual: 'there are too many to look at' });
  }
  return faults;
}

async function rolloutsAt(places: PlacesToLook, signal: AbortSignal | undefined): Promise<RolloutsLeft> {
  const real = (path: string) => realpath(path).catch(() => path);
  if ('home' in places) return rolloutsLeftIn(await real(places.home), signal);
  return { paths: await Promise.all(places.paths.map(real)), isCut: false };
}

/** Something that a server left in the place of a rollout and that is not read. */
class NotRead extends Error {
  readonly fault: PersistenceFault;

  constructor(fault: PersistenceFault) {
    super(fault.actual);
    this.fault = fault;
  }
}

function faultOf(path: string, error: unknown, signal: AbortSignal | undefined): PersistenceFault {
  signal?.throwIfAborted();
  if (error instanceof NotRead) return error.fault;
  const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  return { expected: `${path} to be readable`, actual: `it is not: ${reason}` };
}

/** What stood there must still stand there, and what was added must not be usage. */
async function changes(old: Snapshot, signal: AbortSignal | undefined): Promise<PersistenceFault[]> {
  const isThere = await lstat(old.path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
  // Codex makes a compressed rollout plain again when it resumes it (docs/codex.md 5.1).
  if (!isThere) return old.path.endsWith('.zst') ? [] : [{ expected: `${old.path} to stay`, actual: 'it is gone' }];
  const limit = ADDED + 2 * old.size;
  const now = await snapshot(old.path, { most: old.size, limit, signal });
  if (now.hash !== old.hash) {
    return [{ expected: `the first ${old.size} bytes of ${old.path} to stay`, actual: 'they are others now' }];
  }
  const { tokenCounts } = await snapshot(old.path, { most: Number.POSITIVE_INFINITY, limit, signal });
  if (tokenCounts === old.tokenCounts) return [];
  return [
    { expected: `${old.tokenCounts} token_count records in ${old.path}`, actual: `${tokenCounts} are there now` },
  ];
}

/** A fork copies the records of its source, or refers to them; nothing else writes a new rollout (docs/codex.md 8.5). */
async function inNewRollout(
  path: string,
  all: number,
  copied: number | null,
  bounds: Pick<Bounds, 'limit' | 'signal'>,
): Promise<PersistenceFault[]> {
  const { tokenCounts } = await snapshot(path, { most: Number.POSITIVE_INFINITY, ...bounds });
  const refers = historyBaseOf((await new RolloutFinder(newestCodex).head(path)).meta, newestCodex) !== null;
  const most = refers ? 0 : (copied ?? all);
  const least = refers ? 0 : (copied ?? 0);
  if (tokenCounts >= least && tokenCounts <= most) return [];
  const expected = least === most ? `${most}` : `at most ${most}`;
  return [{ expected: `${expected} token_count records in ${path}`, actual: `${tokenCounts} are there` }];
}

function plain(path: string): string {
  return path.replace(/\.zst$/, '');
}

interface Bounds {
  /** How many of its first bytes are looked at. */
  readonly most: number;
  /** How many bytes it may have; more are not read. No limit when it is missing. */
  readonly limit?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The rollout at `path`, or its first bytes. @throws {NotRead}, the reason of the signal, or the system's error */
async function snapshot(path: string, { most, limit = Number.POSITIVE_INFINITY, signal }: Bounds): Promise<Snapshot> {
  const tooLarge = (size: number) =>
    new NotRead({ expected: `at most ${limit} bytes in ${path}`, actual: `${size} or more are there` });
  const stats = await lstat(path);
  if (!stats.isFile()) throw new NotRead({ expected: `${path} to be a file`, actual: 'it is none' });
  if (stats.size > limit) throw tooLarge(stats.size);
  const rollout = await openRollout(path);
  const hash = createHash('sha256');
  let size = 0;
  let tokenCounts = 0;
  const bytes =
    rollout.kind === 'stream' ? rollout.chunks : readForward(rollout.file, Math.min(rollout.file.size, most), BLOCK);
  const counted = async function* () {
    for await (const chunk of bytes) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      if (size > limit) throw tooLarge(size);
      yield chunk;
    }
  };
  try {
    for await (const lines of scanForward(counted(), { probe: tokenCountProbe, holdBytes: LONGEST })) {
      for (const { matched } of lines) if (matched) tokenCounts++;
    }
  } finally {
    if (rollout.kind === 'file') await rollout.file.close();
  }
  return { path, size, hash: hash.digest('hex'), tokenCounts };
}
