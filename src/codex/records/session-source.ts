import {
  DecodeError,
  type Decoder,
  defaultedToNull,
  i32,
  mismatch,
  optional,
  required,
  string,
  struct,
  unitVariant,
} from '../../json/decode.ts';
import type { JsonView } from '../../json/json-view.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';

/** What started a session. */
export interface SessionSource {
  /** The client: `cli`, `vscode`, `exec`, … Null where another thread started it. */
  readonly client: string | null;
  /** The kind of a sub-agent: `thread_spawn`, `review`, …, the name of another, or `internal` and its name; else null. */
  readonly subagent: string | null;
  /** The thread that spawned it, where the source says so. */
  readonly spawnedBy: string | null;
}

/** The `source` of a session as Codex `version` reads it; an unknown name is fine. */
export function sessionSource(version: CodexVersion, threadId: Decoder<string>): Decoder<SessionSource> {
  const since = (minor: number) => isAtLeast(version, [0, minor, 0]);
  const threadSpawn = withAgentType(
    struct({
      parent_thread_id: required(threadId),
      depth: required(i32),
      agent_path: defaultedToNull(agentPath),
      agent_nickname: defaultedToNull(string),
      agent_role: defaultedToNull(string),
    }),
  );
  const subAgent = variant(unitVariant(['review', 'compact', 'memory_consolidation']), {
    thread_spawn: threadSpawn,
    other: string,
  });
  const internal = unitVariant(since(150) ? ['memory_consolidation', 'guardian'] : ['memory_consolidation']);
  const source = variant(unitVariant(), { custom: string, subagent: subAgent, ...(since(128) && { internal }) });
  return (value, field) => {
    source(value, field);
    if (value.kind === 'string') return { client: value.text, subagent: null, spawnedBy: null };
    const [name, content] = onlyEntry(value);
    const isSubagent = name === 'subagent' || name === 'internal';
    if (!isSubagent)
      return { client: content?.kind === 'string' ? content.text : null, subagent: null, spawnedBy: null };
    return {
      client: null,
      subagent: content ? kindOf(name, content) : null,
      spawnedBy: content ? spawnerIn(content) : null,
    };
  };
}

const PARENT = new Set(['parent_thread_id']);

function spawnerIn(source: JsonView): string | null {
  const [, content] = onlyEntry(source);
  const parent = content?.kind === 'object' ? content.members(PARENT).get('parent_thread_id') : undefined;
  return parent?.kind === 'string' ? parent.text.toLowerCase() : null;
}

/** The name of a variant; of `other` what it is called; of an internal one with that word. */
function kindOf(source: string | undefined, value: JsonView): string | null {
  if (value.kind === 'string') return source === 'internal' ? `internal ${value.text}` : value.text;
  const [name, content] = onlyEntry(value);
  return name === 'other' && content?.kind === 'string' ? content.text : (name ?? null);
}

const ROLE_NAMES = new Set(['agent_role', 'agent_type']);

/** A struct whose `agent_role` may be called `agent_type` as well, but not both. */
export function withAgentType<T>(decoder: Decoder<T>): Decoder<T> {
  return (value, field) => {
    const decoded = decoder(value, field);
    if (value.kind !== 'object') return decoded;
    const names = value.members(ROLE_NAMES);
    if (names.size === 2) throw new DecodeError(`${field}.agent_type`, 'stands there besides agent_role');
    const type = names.get('agent_type');
    if (type) optional(string).decoder?.(type, `${field}.agent_type`);
    return decoded;
  };
}

const AGENT_PATH = /^\/(?:morpheus|root(?:\/(?!root(?:\/|$))[a-z0-9_]+)*)$/;

const agentPath: Decoder<string> = (value, field) => {
  if (!AGENT_PATH.test(string(value, field))) throw mismatch(value, field, 'the path of an agent');
  return value.text;
};

/** A name alone, or `{"name": content}` for the names that have content. */
function variant(unit: Decoder<string>, contents: Record<string, Decoder<unknown>>): Decoder<unknown> {
  const decoders = new Map(Object.entries(contents));
  return (value, field) => {
    const [name, content] = onlyEntry(value);
    const decoder = name === undefined ? undefined : decoders.get(name);
    if (decoder && content) return decoder(content, `${field}.${name}`);
    if (value.kind === 'string' && decoders.has(value.text)) throw new DecodeError(field, `${value.text} of nothing`);
    return unit(value, field);
  };
}

function onlyEntry(value: JsonView): [string, JsonView] | [] {
  if (value.kind !== 'object') return [];
  const [first, second] = value.entries();
  return first && !second ? first : [];
}
