import {
  boolean,
  DecodeError,
  type Decoder,
  defaulted,
  defaultedToNull,
  listOf,
  mismatch,
  onlyIf,
  optional,
  required,
  string,
  struct,
  tagged,
  u64,
  unitVariant,
} from '../../json/decode.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';
import { dynamicTools } from './dynamic-tools.ts';
import { type SessionSource, sessionSource, withAgentType } from './session-source.ts';

/** Where a paginated rollout finds the history it does not hold itself: a prefix of another rollout. */
export interface HistoryBase {
  /** A rollout id: the last UUID of a file name; of a thread's first rollout that is the thread id. */
  readonly thread_id: string;
  readonly end_ordinal_exclusive: bigint;
  /** The first byte of the ancestor's rollout that does not belong to the fork. */
  readonly end_byte_offset: bigint;
}

type UsedFields = Omit<
  SessionMeta,
  'subagent_history_start_ordinal' | 'multi_agent_version' | 'client' | 'subagent' | 'parent_thread_id'
>;

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
  /** Records below this ordinal are a copy of the parent's, and become none of a sub-agent's turns. */
  readonly subagent_history_start_ordinal: bigint | null;
  readonly multi_agent_version: string | null;
  /** What started it: `cli`, `vscode`, `exec`, … Null for sub-agents. */
  readonly client: string | null;
  /** What kind of sub-agent it is: `thread_spawn`, `review`, …, or the name of an internal one. Null for others. */
  readonly subagent: string | null;
  /** Of a sub-agent: the thread that spawned it, where that is said. */
  readonly parent_thread_id: string | null;
}

/** The ways to write a UUID that Codex takes: with dashes, alone, in braces or after `urn:uuid:`; or 32 digits. */
const UUID_FORMS = /^(?:urn:uuid:|(\{))?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(\})?$|^([0-9a-f]{32})$/i;

/** As Codex writes them. */
const USUAL_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const threadId: Decoder<string> = (value, field) => {
  if (value.kind === 'string' && USUAL_UUID.test(value.text)) return value.text;
  const [, open, dashed, close, plain] = UUID_FORMS.exec(string(value, field)) ?? [];
  if ((!dashed && !plain) || Boolean(open) !== Boolean(close)) throw new DecodeError(field, 'not a UUID');
  const digits = (dashed ?? plain ?? '').toLowerCase().replaceAll('-', '');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

/** A string that may be long and does not matter. */
const anyString: Decoder<null> = (value, field) => {
  if (value.kind !== 'string') throw mismatch(value, field, 'a string');
  return null;
};

const historyMode = unitVariant(['legacy', 'paginated']) as Decoder<'legacy' | 'paginated'>;

const historyBase = struct<HistoryBase>({
  thread_id: required(threadId),
  end_ordinal_exclusive: required(u64),
  end_byte_offset: required(u64),
});

/** Before 0.144 whatever stands there is fine. */
const looseHistoryMode: Decoder<'legacy' | 'paginated'> = (value) =>
  value.kind === 'string' && value.text === 'paginated' ? 'paginated' : 'legacy';

/** A path or a URL. Which of them Codex refuses was measured for plain names alone. */
const location: Decoder<string> = (value, field) => {
  if (!/[/\\:]/.test(string(value, field))) throw mismatch(value, field, 'an absolute path');
  return value.text;
};

const provenance = tagged<unknown>({
  custom: struct({ type: required(string) }),
  model: struct({ type: required(string), model: required(string) }),
});
const gitInfo = struct({ commit_hash: optional(string), branch: optional(string), repository_url: optional(string) });
const contextWindow = struct({ window_id: required(string) });
const capabilityRoot = struct({
  id: required(string),
  location: required(
    tagged<unknown>({
      environment: struct({ type: required(string), environmentId: required(string), path: required(location) }),
    }),
  ),
});

/**
 * The payload of a `session_meta` line as Codex `version` takes it. Fields and the versions that brought them were
 * measured on the released binaries (`test/codex/measured-session-metas.json`); most matter only because a wrong one
 * spoils the line, and so the rollout. Its decoder throws a DecodeError where Codex would not take it for one.
 */
export function sessionMeta(version: CodexVersion): Decoder<SessionMeta> {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  const used = struct<UsedFields>({
    id: required(threadId),
    timestamp: required(string),
    cwd: required(string),
    originator: required(string),
    cli_version: required(string),
    history_mode: defaulted(since(144) ? historyMode : looseHistoryMode, 'legacy'),
    model_provider: optional(string),
    forked_from_id: optional(threadId),
    history_base: onlyIf(since(145), optional(historyBase), null),
  });
  const baseInstructions = struct({
    text: required(anyString),
    provenance: onlyIf(since(148), defaultedToNull(provenance), null),
  });
  const threadSource = since(140) ? string : unitVariant(['user', 'subagent', 'memory_consolidation']);
  const others = withAgentType(
    struct({
      account_scoped: onlyIf(since(169), defaulted(boolean, false), false),
      agent_nickname: optional(string),
      agent_path: optional(string),
      agent_role: optional(string),
      attached_thread: onlyIf(since(165), defaulted(boolean, false), false),
      base_instructions: optional(baseInstructions),
      context_window: onlyIf(since(144), optional(contextWindow), null),
      creator_account_id: onlyIf(since(160), optional(string), null),
      creator_user_id: onlyIf(since(160), optional(string), null),
      dynamic_tools: optional(dynamicTools(version)),
      forked_from_ordinal_exclusive: onlyIf(since(151), optional(u64), null),
      git: optional(gitInfo),
      memory_mode: optional(string),
      multi_agent_version: onlyIf(since(137), optional(unitVariant(['disabled', 'v1', 'v2'])), null),
      parent_thread_id: onlyIf(since(137), optional(threadId), null),
      runtime_workspace_roots: onlyIf(since(155), optional(listOf(string)), null),
      selected_capability_roots: onlyIf(since(144), defaulted<unknown[]>(listOf(capabilityRoot), []), []),
      session_id: onlyIf(since(144), defaulted(threadId, ''), ''),
      source: defaulted<SessionSource>(sessionSource(version, threadId), {
        client: null,
        subagent: null,
        spawnedBy: null,
      }),
      subagent_history_start_ordinal: onlyIf(since(145), optional(u64), null),
      thread_source: onlyIf(since(136), optional(threadSource), null),
    }),
  );
  return (value, field) => {
    if (value.kind !== 'object') throw mismatch(value, field, 'an object');
    const meta = used(value, field);
    const { subagent_history_start_ordinal, multi_agent_version, source, parent_thread_id } = others(value, field);
    return {
      ...meta,
      subagent_history_start_ordinal,
      multi_agent_version,
      client: source.client,
      subagent: source.subagent,
      parent_thread_id: parent_thread_id ?? source.spawnedBy,
    };
  };
}
