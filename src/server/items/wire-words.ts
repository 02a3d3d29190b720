import { isJsonObject, type JsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';

/** `snake_case` or `PascalCase`, as rollouts write names, in the `camelCase` of the wire. */
export function camelCase(name: string): string {
  const joined = name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** The same for the value of an enumeration; anything else as it is. */
export function camelCased(value: JsonValue | undefined): JsonValue {
  return typeof value === 'string' ? camelCase(value) : (value ?? null);
}

/** A path that may be written as a `file://` URL. */
export function plainPath(value: JsonValue | undefined): JsonValue {
  if (typeof value !== 'string' || !value.startsWith('file://')) return value ?? null;
  try {
    return decodeURIComponent(value.slice('file://'.length));
  } catch {
    return value;
  }
}

/** A duration of Rust, `{secs, nanos}`, in whole milliseconds; null when it is none. */
export function wholeMs(duration: JsonValue | undefined): JsonValue {
  const [secs, nanos] = [memberAt(duration, 'secs'), memberAt(duration, 'nanos')];
  if (typeof secs !== 'number' || typeof nanos !== 'number') return null;
  return secs * 1_000 + Math.floor(nanos / 1_000_000);
}

/** The words of a command as one line of a shell. */
export function shellLine(words: JsonValue | undefined): string {
  if (!Array.isArray(words)) return typeof words === 'string' ? words : '';
  return words.map((word: JsonValue) => quoted(String(word))).join(' ');
}

function quoted(word: string): string {
  if (word !== '' && /^[\w@%+=:,./-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\$`]/g, '\\$&')}"` : `'${word}'`;
}

/** What a command was found to do, as the wire says it. */
export function commandActions(parsed: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(parsed)) return [];
  return parsed.filter(isJsonObject).map(({ type, cmd, ...rest }) => {
    return { type: camelCased(type), command: cmd ?? '', ...(type === 'unknown' ? {} : rest) };
  });
}

/** The files that a patch changes. */
export function fileChanges(changes: JsonValue | undefined): JsonObject[] {
  if (!isJsonObject(changes)) return [];
  return Object.entries(changes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, change]) => {
      const type = memberAt(change, 'type') ?? 'update';
      const moved = memberAt(change, 'move_path') ?? null;
      const diff = String(memberAt(change, 'unified_diff') ?? memberAt(change, 'content') ?? '');
      const kind: JsonObject = type === 'update' ? { type, move_path: moved } : { type };
      return { path, kind, diff: typeof moved === 'string' ? `${diff}\n\nMoved to: ${moved}` : diff };
    });
}

/** What a web search did. */
export function searchAction(action: JsonValue | undefined): JsonObject | null {
  if (!isJsonObject(action)) return null;
  const { type, ...rest } = action;
  return { ...(type === 'search' && { query: null, queries: null }), ...rest, type: camelCased(type) };
}

/** The texts of the parts of a message. */
export function textsOf(content: JsonValue | undefined): string[] {
  return Array.isArray(content) ? content.map((part: JsonValue) => textOf(memberAt(part, 'text'))) : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What a user gave to the model, part by part. */
export function userContent(content: JsonValue | undefined): JsonValue[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isJsonObject).map(({ type, image_url, ...rest }): JsonObject => {
    const url = image_url === undefined ? {} : { url: image_url };
    const detail = type === 'image' || type === 'local_image' ? { detail: rest.detail ?? null } : {};
    return { type: camelCased(type), ...rest, ...url, ...detail };
  });
}
