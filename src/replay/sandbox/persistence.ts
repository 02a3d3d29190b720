import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { historyBaseOf } from '../../codex/records/session-meta.ts';
import { newestCodex } from '../../codex/version.ts';
import { listRollouts } from '../../history/list-rollouts.ts';
import { readHeadOf } from '../../history/read-head.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { readForward } from '../../rollout/lines/random-access.ts';
import { scanForward } from '../../rollout/lines/scan-forward.ts';
import { tokenCountProbe } from '../../rollout/lines/token-count-probe.ts';

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

/** What is written down now, to be compared with what is there later. */
export async function snapshotsOf(paths: readonly string[]): Promise<Snapshot[]> {
  const snapshots: Snapshot[] = [];
  for (const path of paths) snapshots.push(await snapshot(path, Number.POSITIVE_INFINITY));
  return snapshots;
}

/** The rollouts of the sessions of a home. */
export async function rolloutsIn(home: string): Promise<readonly string[]> {
  return (await listRollouts(join(home, 'sessions'))).paths;
}

/**
 * What became of rollouts that stood there `before`, and of those that are new `now`.
 * @param copied how many `token_count` records a fork that copies its source takes over; null: the source was cut, so
 * that it may be any number of them
 */
export async function persistenceFaultsSince(
  before: readonly Snapshot[],
  now: readonly string[],
  copied: number | null,
): Promise<PersistenceFault[]> {
  const persistenceFaults: PersistenceFault[] = [];
  for (const old of before) persistenceFaults.push(...(await changes(old)));
  const known = new Set(before.flatMap(({ path }) => [path, plain(path)]));
  for (const path of now) {
    if (!known.has(path)) persistenceFaults.push(...(await inNewRollout(path, before[0]?.tokenCounts ?? 0, copied)));
  }
  return persistenceFaults;
}

/** What stood there must still stand there, and what was added must not be usage. */
async function changes(old: Snapshot): Promise<PersistenceFault[]> {
  const now = await snapshot(old.path, old.size).catch(() => null);
  // Codex makes a compressed rollout plain again when it resumes it (docs/codex.md 5.1).
  if (!now) return old.path.endsWith('.zst') ? [] : [{ expected: `${old.path} to stay`, actual: 'it is gone' }];
  if (now.hash !== old.hash) {
    return [{ expected: `the first ${old.size} bytes of ${old.path} to stay`, actual: 'they are others now' }];
  }
  const { tokenCounts } = await snapshot(old.path, Number.POSITIVE_INFINITY);
  if (tokenCounts === old.tokenCounts) return [];
  return [
    { expected: `${old.tokenCounts} token_count records in ${old.path}`, actual: `${tokenCounts} are there now` },
  ];
}

/** A fork copies the records of its source, or refers to them; nothing else writes a new rollout (docs/codex.md 8.5). */
async function inNewRollout(path: string, all: number, copied: number | null): Promise<PersistenceFault[]> {
  const { tokenCounts } = await snapshot(path, Number.POSITIVE_INFINITY);
  const refers = historyBaseOf(await readHeadOf(path, newestCodex), newestCodex) !== null;
  const most = refers ? 0 : (copied ?? all);
  const least = refers ? 0 : (copied ?? 0);
  if (tokenCounts >= least && tokenCounts <= most) return [];
  const expected = least === most ? `${most}` : `at most ${most}`;
  return [{ expected: `${expected} token_count records in ${path}`, actual: `${tokenCounts} are there` }];
}

function plain(path: string): string {
  return path.replace(/\.zst$/, '');
}

/** The rollout at `path`, or its first `most` bytes. @throws the system's error */
async function snapshot(path: string, most: number): Promise<Snapshot> {
  const rollout = await openRollout(path);
  const hash = createHash('sha256');
  let size = 0;
  let tokenCounts = 0;
  const bytes =
    rollout.kind === 'stream' ? rollout.chunks : readForward(rollout.file, Math.min(rollout.file.size, most), BLOCK);
  const counted = async function* () {
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
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
