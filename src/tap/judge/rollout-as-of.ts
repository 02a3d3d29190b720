import { type OpenRollout, openRollout } from '../../rollout/lines/open-rollout.ts';
import type { RandomAccess } from '../../rollout/lines/random-access.ts';
import { scanBackward } from '../../rollout/lines/scan-backward.ts';

const HELD = 1024 * 1024;
const noProbe = { reach: 1, matches: () => false };

/**
 * Opens the rollout as it was at `time`, in milliseconds since 1970: lines that are newer, by their timestamps, are not
 * seen. A client may begin a turn before a rollout is read for the answer that it has got. Timestamps have whole
 * milliseconds: a turn that begins in the same one as `time` begins after it.
 * @throws {NotARollout} or the system's error
 */
export async function openRolloutAsOf(path: string, time: number): Promise<OpenRollout> {
  const opened = await openRollout(path);
  if (opened.kind === 'stream') return opened;
  const { file } = opened;
  try {
    return { kind: 'file', file: { ...file, size: sizeAsOf(file, time) } };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The size of the file without the newer lines at its end; all of it where there are only such. */
function sizeAsOf(file: RandomAccess, time: number): number {
  let size = file.size;
  let next = Number.POSITIVE_INFINITY;
  for (const lines of scanBackward(file, file.size, { probe: noProbe, holdBytes: HELD })) {
    for (const { offset, bytes } of lines) {
      const written = bytes && writtenIn(bytes);
      // Blank lines, and those that are too long to look at, are as old as what stands before them.
      if (!written) continue;
      // What has a later time than the line after it was written on another machine, whose clock says nothing here.
      if (written.at < Math.floor(time) || written.at > next) return size;
      next = written.at;
      if (written.at > time || written.beginsTurn) size = offset;
    }
  }
  return file.size;
}

function writtenIn(bytes: Buffer): { readonly at: number; readonly beginsTurn: boolean } | undefined {
  try {
    const { timestamp, payload } = JSON.parse(bytes.toString('utf8'));
    const at = Date.parse(timestamp);
    return Number.isNaN(at) ? undefined : { at, beginsTurn: /^(?:task|turn)_started$/.test(payload?.type) };
  } catch {
    return undefined;
  }
}
