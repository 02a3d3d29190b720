import {
  boolean,
  DecodeError,
  type Decoder,
  defaulted,
  listOf,
  onlyIf,
  optional,
  required,
  string,
  struct,
  tagged,
} from '../../json/decode.ts';
import type { JsonView } from '../../json/json-view.ts';
import { type CodexVersion, isAtLeast } from '../version.ts';

const anything: Decoder<JsonView> = (value) => value;

const tool = {
  type: required(string),
  name: required(string),
  description: required(string),
};
const asFunction = {
  function: struct({ ...tool, inputSchema: required(anything), deferLoading: defaulted(boolean, false) }),
};
const tools = listOf(
  tagged<unknown>({
    ...asFunction,
    namespace: struct({ ...tool, tools: required(listOf(tagged<unknown>(asFunction))) }),
  }),
);

/**
 * The `dynamic_tools` of a session as Codex `version` reads them: each a function by itself or, since 0.144, each with
 * its type, a function or a namespace of functions; but not some this and some that way.
 */
export function dynamicTools(version: CodexVersion): Decoder<unknown> {
  const plainTools = listOf(
    struct({
      namespace: onlyIf(isAtLeast(version, [0, 125, 0]), optional(string), null),
      name: required(string),
      description: required(string),
      inputSchema: required(anything),
      deferLoading: optional(boolean),
      exposeToContext: optional(boolean),
    }),
  );
  if (!isAtLeast(version, [0, 144, 0])) return plainTools;
  return (value, field) => {
    const elements = listOf(anything)(value, field);
    const isPlain = elements.some((each) => saysPlain(each) || membersOf(each, 'tools').some(saysPlain));
    if (!isPlain) return tools(value, field);
    if (elements.some((each) => has(each, 'type'))) throw new DecodeError(field, 'some with a type and some without');
    return plainTools(value, field);
  };
}

function saysPlain(value: JsonView): boolean {
  return has(value, 'namespace') || has(value, 'exposeToContext') || !has(value, 'type');
}

function has(value: JsonView, name: string): boolean {
  return value.kind === 'object' && value.members(new Set([name])).size > 0;
}

function membersOf(value: JsonView, name: string): JsonView[] {
  const list = value.kind === 'object' ? value.members(new Set([name])).get(name) : undefined;
  return list?.kind === 'array' ? [...list.elements()] : [];
}
