import { protocolWords } from '../codex/records/protocol-words.ts';

/** What becomes of a text. */
export type Treatment = 'keep' | 'uuid' | 'id' | 'user agent' | 'agent path' | 'remove';

/*
 * The table of what stays. Whatever is not named here is removed: prompts, outputs, paths, names, tokens, keys of maps.
 * Numbers, true, false and null stay.
 */

const words = protocolWords();
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Texts that say nothing about anybody, wherever they stand: times, versions, and ids that are counted out. */
const harmless = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/,
  /^\d{1,4}\.\d{1,4}\.\d{1,4}(?:-(?:alpha|beta|rc)(?:\.\d{1,4}){0,2})?$/,
  /^(?:rollout|item)-\d{1,9}$/,
];

/** Members whose value is a word of the protocol, of messages as of records. */
const named: ReadonlyMap<string, RegExp> = new Map([
  ['method', /^[a-z][A-Za-z]{0,30}(?:\/[A-Za-z_]{1,30}){0,3}$/],
  ...['type', 'status', 'role', 'kind', 'phase', 'direction', 'connection', 'historyMode'].map(
    (name) => [name, /^[a-z][A-Za-z0-9_-]{0,30}$/] as const,
  ),
]);

/** What this program itself says about a known behaviour of Codex. */
const ours = new Set(['id', 'since', 'until', 'message', 'advice']);

/** Members that hold maps, whose keys somebody chose: paths, variables, servers, arguments of tools. */
const maps = new Set([
  ...['changes', 'env', 'environment', 'headers', 'metadata', '_meta', 'config', 'mcp_servers'],
  ...['mcpServers', 'arguments', 'input', 'output', 'properties', 'structuredContent', 'structured_content', 'answers'],
]);

/** What becomes of a text value. `key`: of the member that it is, or is listed in; `above`: the members around that. */
export function treatmentOf(text: string, key: string, above: readonly string[]): Treatment {
  if (text === '' || words.has(text) || harmless.some((form) => form.test(text))) return 'keep';
  if (UUID.test(text)) return 'uuid';
  // Somebody's own data, in which no member means what it means in the protocol.
  if (above.some((each) => maps.has(each))) return 'remove';
  if (above.includes('deviations') && ours.has(key)) return 'keep';
  if (named.get(key)?.test(text)) return 'keep';
  if (key === 'userAgent') return 'user agent';
  if (/^agent_?[pP]ath$/.test(key)) return 'agent path';
  // Codex compares the provider of a thread with that of its settings, which is called its id there.
  if (!/(?:^i|_i|I)ds?$|^model_?[pP]rovider$/.test(key)) return 'remove';
  return /^\d{1,6}$/.test(text) ? 'keep' : 'id';
}

/** Whether the name of a member stays. `above`: the members that it stands in. */
export function isKeptName(name: string, above: readonly string[]): boolean {
  if (words.has(name)) return true;
  return /^[a-zA-Z][A-Za-z_]{0,39}$/.test(name) && !above.some((each) => maps.has(each));
}
