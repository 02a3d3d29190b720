import { type Found, found, isThere, plainText, wholeNumber } from '../../json/found.ts';
import { DOUBT, type Scan, scanBoolean, scanCount, scanFields, scanList, scanString } from '../../json/quick-scan.ts';
import { anyOf, scannedField as field, oneOf, orNull, scanUuid } from '../../json/quick-values.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';
import type { HistoryBase, SessionMeta } from './session-meta.ts';

/** From here on the fields that are read mean what they mean today. */
const SINCE: CodexVersion = [0, 145, 0];

/** Names that a `source` cannot be by itself: more has to be said of them. */
const NOT_ALONE: ReadonlySet<string> = new Set(['custom', 'subagent', 'internal']);

const textOrNull = orNull(scanString);
const EMPTY_LIST = scanListOf(() => DOUBT);
const provenance = anyOf([
  scanFields([field('type', oneOf(['custom']), true)]),
  scanFields([field('type', oneOf(['model']), true), field('model', scanString, true)]),
]);

/** Fields of which only the type matters. What some version does not take of them is left to the decoder. */
const others: Readonly<Record<string, Scan>> = {
  account_scoped: scanBoolean,
  agent_nickname: textOrNull,
  agent_path: textOrNull,
  agent_role: textOrNull,
  agent_type: () => DOUBT,
  attached_thread: scanBoolean,
  base_instructions: orNull(scanFields([field('text', scanString, true), field('provenance', orNull(provenance))])),
  context_window: orNull(scanFields([field('window_id', scanString, true)])),
  creator_account_id: textOrNull,
  creator_user_id: textOrNull,
  dynamic_tools: orNull(EMPTY_LIST),
  forked_from_ordinal_exclusive: orNull(scanCount),
  git: orNull(scanFields(['commit_hash', 'branch', 'repository_url'].map((name) => field(name, textOrNull)))),
  memory_mode: textOrNull,
  runtime_workspace_roots: orNull(scanListOf(scanString)),
  selected_capability_roots: EMPTY_LIST,
  session_id: scanUuid,
  thread_source: textOrNull,
};

function scanListOf(scan: Scan): Scan {
  return (bytes, at, depth) => scanList(bytes, at, depth, scan);
}

/** The payload of a `session_meta` that is written as Codex writes most: it asks more than `sessionMeta` does of any version. */
export class QuickSessionMeta {
  readonly scan: Scan;
  readonly #places = {
    id: found(),
    timestamp: found(),
    cwd: found(),
    originator: found(),
    cli_version: found(),
    history_mode: found(),
    model_provider: found(),
    forked_from_id: found(),
    history_base: found(),
    source: found(),
    parent_thread_id: found(),
    multi_agent_version: found(),
    subagent_history_start_ordinal: found(),
  };
  readonly #base = { thread_id: found(), end_ordinal_exclusive: found(), end_byte_offset: found() };

  /** Null for a version that reads these fields in another way. */
  static of(version: CodexVersion): QuickSessionMeta | null {
    return isAtLeast(version, SINCE) ? new QuickSessionMeta() : null;
  }

  private constructor() {
    const place = this.#places;
    const base = this.#base;
    const historyBase = scanFields([
      { ...field('thread_id', scanUuid, true), onFound: base.thread_id.onFound },
      { ...field('end_ordinal_exclusive', scanCount, true), onFound: base.end_ordinal_exclusive.onFound },
      { ...field('end_byte_offset', scanCount, true), onFound: base.end_byte_offset.onFound },
    ]);
    const read: Readonly<Record<keyof typeof place, Scan>> = {
      id: scanUuid,
      timestamp: scanString,
      cwd: scanString,
      originator: scanString,
      cli_version: scanString,
      history_mode: oneOf(['legacy', 'paginated']),
      model_provider: textOrNull,
      forked_from_id: orNull(scanUuid),
      history_base: orNull(historyBase),
      source: scanString,
      parent_thread_id: orNull(scanUuid),
      multi_agent_version: orNull(oneOf(['disabled', 'v1', 'v2'])),
      subagent_history_start_ordinal: orNull(scanCount),
    };
    const required = new Set(['id', 'timestamp', 'cwd', 'originator', 'cli_version']);
    this.scan = scanFields([
      ...Object.entries(read).map(([name, scan]) => ({
        ...field(name, scan, required.has(name)),
        onFound: place[name as keyof typeof place].onFound,
      })),
      ...Object.entries(others).map(([name, scan]) => field(name, scan)),
    ]);
  }

  /** Before the next line. */
  forget(): void {
    for (const place of Object.values(this.#places)) place.start = -1;
  }

  /** Null when a text has escapes, or more has to be said of the source: ask the decoder. */
  take(bytes: Buffer): SessionMeta | null {
    const { history_base, source, subagent_history_start_ordinal, ...texts } = this.#places;
    const id = plainText(bytes, texts.id);
    const timestamp = plainText(bytes, texts.timestamp);
    const cwd = plainText(bytes, texts.cwd);
    const originator = plainText(bytes, texts.originator);
    const cli_version = plainText(bytes, texts.cli_version);
    const model_provider = textOf(bytes, texts.model_provider);
    const client = textOf(bytes, source);
    if (id === undefined || timestamp === undefined || cwd === undefined || originator === undefined) return null;
    if (cli_version === undefined || model_provider === undefined || client === undefined) return null;
    if (client !== null && NOT_ALONE.has(client)) return null;
    return {
      id: id.toLowerCase(),
      timestamp,
      cwd,
      originator,
      cli_version,
      history_mode: plainText(bytes, texts.history_mode) === 'paginated' ? 'paginated' : 'legacy',
      model_provider,
      forked_from_id: textOf(bytes, texts.forked_from_id)?.toLowerCase() ?? null,
      history_base: isThere(bytes, history_base) ? this.#historyBase(bytes) : null,
      subagent_history_start_ordinal: wholeNumber(bytes, subagent_history_start_ordinal) ?? null,
      multi_agent_version: textOf(bytes, texts.multi_agent_version) ?? null,
      client,
      subagent: null,
      parent_thread_id: textOf(bytes, texts.parent_thread_id)?.toLowerCase() ?? null,
    };
  }

  #historyBase(bytes: Buffer): HistoryBase {
    return {
      thread_id: (plainText(bytes, this.#base.thread_id) as string).toLowerCase(),
      end_ordinal_exclusive: wholeNumber(bytes, this.#base.end_ordinal_exclusive) as bigint,
      end_byte_offset: wholeNumber(bytes, this.#base.end_byte_offset) as bigint,
    };
  }
}

/** Null when the member is not there or null, undefined when it has escapes. */
function textOf(bytes: Buffer, place: Found): string | null | undefined {
  return isThere(bytes, place) ? plainText(bytes, place) : null;
}
