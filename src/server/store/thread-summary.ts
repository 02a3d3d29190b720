import { statSync } from 'node:fs';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { RolloutFinder } from '../../history/finder.ts';
import { sourceOf, startOf } from '../../history/source.ts';
import { isJsonObject, type JsonObject, memberAt } from '../../json/json-value.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { firstPrompt } from '../../sessions/first-prompt.ts';
import { fileTime } from '../clock.ts';
import { parsedLine } from './parsed-line.ts';
import { lastSettings, type ThreadSettings, usualSettings } from './thread-settings.ts';

/** What lists and answers say of a thread besides its turns. */
export interface ThreadSummary {
  readonly meta: SessionMeta;
  /** Its session_meta as it is written; empty where that is not known. */
  readonly origin: JsonObject;
  /** Null for a thread that leaves no trace. */
  readonly path: string | null;
  /** What its user wrote first; empty when there is nothing yet. */
  readonly preview: string;
  /** What a list is searched for, and then shows, where that is not the preview. */
  readonly searched?: string;
  /** The name that its user gave it. */
  readonly name: string | null;
  readonly settings: ThreadSettings;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

const LONGEST_ORIGIN = 1024 * 1024;

/**
 * What the rollout at `path` says of its thread; null when it does not say whose it is. `names`: of threads, by their id.
 * @throws {NotARollout} or the system's error
 */
export async function readSummary(
  path: string,
  finder: RolloutFinder,
  names: ReadonlyMap<string, string>,
): Promise<ThreadSummary | null> {
  const { meta } = await finder.head(path);
  if (!meta) return null;
  const source = sourceOf(await openRollout(path));
  try {
    const settings = source.kind === 'file' ? lastSettings(source.file, meta.cwd) : usualSettings(meta.cwd);
    return {
      meta,
      origin: originIn(startOf(source, LONGEST_ORIGIN)),
      path,
      preview: (source.kind === 'file' && (await firstPrompt(source.file))) || '',
      name: names.get(meta.id) ?? null,
      settings,
      updatedAt: fileTime(statSync(path).mtimeMs),
    };
  } finally {
    if (source.kind === 'file') source.file.close();
  }
}

function originIn(start: Buffer): JsonObject {
  for (let from = 0, end = start.indexOf('\n'); end >= 0; from = end + 1, end = start.indexOf('\n', from)) {
    const record = parsedLine(start.subarray(from, end));
    const payload = memberAt(record, 'payload');
    if (memberAt(record, 'type') === 'session_meta' && isJsonObject(payload)) return payload;
  }
  return {};
}
