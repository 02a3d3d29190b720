import { type CodexVersion, isAtLeast } from './codex-version.ts';
import {
  DecodeError,
  type Decoder,
  defaulted,
  optional,
  required,
  string,
  struct,
  u64,
  unitVariant,
} from './decode.ts';

/** Where a paginated fork finds the history it does not hold itself: a prefix of another thread's rollout. */
interface HistoryBase {
  readonly thread_id: string;
  readonly end_ordinal_exclusive: bigint;
  /** The first byte of the ancestor's rollout that does not belong to the fork. */
  readonly end_byte_offset: bigint;
}

/** The first line of a rollout, as far as we need it (docs/codex.md 3.5). */
export interface SessionMeta {
  readonly id: string;
  readonly timestamp: string;
  readonly cwd: string;
  readonly originator: string;
  readonly cli_version: string;
  readonly history_mode: 'legacy' | 'paginated';
  readonly model_provider: string | null;
  readonly forked_from_id: string | null;
  readonly history_base: HistoryBase | null;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `text` is a thread id: a UUID with its dashes. Codex takes either case. */
export function isThreadId(text: string): boolean {
  return UUID.test(text);
}

/** The ways to write a UUID that Codex takes: with dashes, alone, in braces or after `urn:uuid:`; or 32 digits. */
const UUID_FORMS = /^(?:urn:uuid:|(\{))?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\})?$|^([0-9a-f]{32})$/i;

const threadId: Decoder<string> = (value, field) => {
  const [, open, dashed, close, plain] = UUID_FORMS.exec(string(value, field)) ?? [];
  if ((!dashed && !plain) || Boolean(open) !== Boolean(close)) throw new DecodeError(field, 'not a UUID');
  const digits = (dashed ?? plain ?? '').toLowerCase().replaceAll('-', '');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/**
 * What a paginated rollout refers to; Codex ignores it in a legacy one (docs/codex.md 4.5), and before 0.143, which knows
 * no paginated ones.
 */
export function historyBaseOf(meta: SessionMeta | null, version: CodexVersion): HistoryBase | null {
  return meta?.history_mode === 'paginated' && isAtLeast(version, [0, 143, 0]) ? meta.history_base : null;
}

const historyMode = unitVariant(['legacy', 'paginated']) as Decoder<'legacy' | 'paginated'>;

const historyBase = struct<HistoryBase>({
  thread_id: required(threadId),
  end_ordinal_exclusive: required(u64),
  end_byte_offset: required(u64),
});

/** Decodes the payload of a `session_meta` line. @throws {DecodeError} where Codex would not take it for one. */
export const sessionMeta: Decoder<SessionMeta> = struct<SessionMeta>({
  id: required(threadId),
  timestamp: required(string),
  cwd: required(string),
  originator: required(string),
  cli_version: required(string),
  history_mode: defaulted(historyMode, 'legacy'),
  model_provider: optional(string),
  forked_from_id: optional(threadId),
  history_base: optional(historyBase),
});
