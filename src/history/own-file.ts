import type { CodexVersion } from '../codex/version.ts';
import { openRollout } from '../rollout/lines/open-rollout.ts';
import { readHead } from './head.ts';
import { isArchived } from './homes.ts';
import { closeSource, sourceOf } from './source.ts';
import type { ThreadHistory } from './thread-history.ts';

/**
 * A rollout by itself, as a history of one file: what it refers to in other files is left out.
 * @throws {NotARollout}, {FileShrank} or the system's error
 */
export async function ownFile(path: string, version: CodexVersion): Promise<ThreadHistory> {
  const source = sourceOf(await openRollout(path));
  try {
    const head = await readHead(source, version);
    const segments: ThreadHistory['segments'] = [{ path, head, wanted: null, base: null }];
    const isArchivedFile = isArchived(path);
    return {
      path,
      version,
      segments,
      head,
      meta: head.meta,
      problem: null,
      isArchived: isArchivedFile,
      isLinked: false,
      source,
    };
  } catch (error) {
    closeSource(source);
    throw error;
  }
}
