import type { ForeignKind } from './foreign-file.ts';

type Members = Readonly<Record<string, unknown>>;

/** Types of the bare items that rollouts held before 0.32, and that a converter may have left without an envelope. */
const BARE_TYPES = new Set([
  ...['message', 'reasoning', 'function_call', 'function_call_output', 'local_shell_call', 'custom_tool_call'],
  ...['user_message', 'agent_message', 'token_count', 'task_started', 'task_complete'],
]);

/** Lines by which a kind of file is known. The first that matches counts, so that the narrow ones stand first. */
const lineKinds: readonly (readonly [ForeignKind, (line: Members) => boolean])[] = [
  ['recording', (line) => has(line, 'seq', 'atMs', 'connection') || has(line, 'transcript', 'startedAt')],
  ['app-server-messages', (line) => has(line, 'jsonrpc') || has(line, 'method', 'params') || has(line, 'id', 'result')],
  ['exec-json', (line) => /^(?:thread|turn|item)\.\w+$/.test(typeOf(line))],
  // Before Codex 0.44.
  ['exec-json', (line) => has(line, 'id', 'msg') || has(line, 'prompt') || has(line, 'workdir', 'sandbox')],
  ['before-0.32', (line) => has(line, 'record_type') || (has(line, 'id', 'instructions') && !has(line, 'type'))],
  ['prompt-history', (line) => has(line, 'session_id', 'ts', 'text')],
  ['session-index', (line) => has(line, 'id', 'thread_name', 'updated_at')],
  ['claude-code', (line) => has(line, 'sessionId', 'type') || has(line, 'leafUuid') || has(line, 'parentUuid')],
  ['copilot-cli', (line) => has(line, 'type', 'data', 'parentId') || typeOf(line) === 'session.start'],
  ['pi', (line) => typeOf(line) === 'session' && has(line, 'version', 'cwd')],
  ['chat-messages', (line) => has(line, 'role', 'content') && !has(line, 'type')],
  ['chat-messages', (line) => Array.isArray(line.messages)],
  ['bare-items', (line) => BARE_TYPES.has(typeOf(line))],
];

/** What a file is that holds this object in a line; null when it may be anything. */
export function kindOfLine(line: object): ForeignKind | null {
  return lineKinds.find(([, matches]) => matches(line as Members))?.[0] ?? null;
}

/** What a JSON document is that goes over several lines, or is an array. `text`: its beginning. */
export function kindOfDocument(text: string): ForeignKind {
  const isArray = /^\s*\[/.test(text);
  if (/"type"\s*:\s*"(?:session_meta|event_msg|response_item|turn_context)"/.test(text)) {
    return isArray ? 'json-array' : 'pretty-printed';
  }
  if (/^\s*\{\s*"session"\s*:\s*\{[^}]*"instructions"\s*:/.test(text)) return 'typescript-cli';
  if (/"sessionId"\s*:/.test(text) && /"projectHash"\s*:/.test(text)) return 'gemini-cli';
  if (/"role"\s*:/.test(text) && /"content"\s*:/.test(text)) return 'chat-messages';
  return 'other-json';
}

function has(line: Members, ...names: string[]): boolean {
  return names.every((name) => Object.hasOwn(line, name));
}

function typeOf({ type }: Members): string {
  return typeof type === 'string' ? type : '';
}
