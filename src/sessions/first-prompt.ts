import type { HistoryVisitor } from '../history/read-records.ts';
import type { ByteProbe, Line } from '../rollout/lines/line.ts';
import { type RandomAccess, readForward } from '../rollout/lines/random-access.ts';
import { scanForward } from '../rollout/lines/scan-forward.ts';

/** What Codex puts in front of the first prompt is not small: instructions, skills, tools. In bytes. */
const SEARCHED = 2 * 1024 * 1024;
const LONGEST_PROMPT = 256 * 1024;
const BLOCK = 64 * 1024;

/** Legacy rollouts keep what the user wrote as an event, paginated ones as an item. */
const MARKS = ['"user_message"', '"UserMessage"'];
const promptProbe: ByteProbe = {
  reach: Math.max(...MARKS.map((mark) => mark.length)),
  matches: (bytes) => MARKS.some((mark) => bytes.includes(mark)),
};

/** So many bytes of a line are enough to tell whether it holds what a user wrote. */
const HEAD = 512;

/** Looks for what the user wrote first while a rollout is read. */
export class PromptSeeker implements HistoryVisitor {
  /** Null as long as nothing was found near the beginning. */
  prompt: string | null = null;

  onLine(line: Line): void {
    if (this.prompt !== null || line.offset > SEARCHED || line.length > LONGEST_PROMPT) return;
    const { bytes } = line;
    if (bytes && promptProbe.matches(bytes.subarray(0, HEAD))) this.prompt = promptIn(bytes);
  }
}

/** What the user wrote first, as far as it stands near the beginning of a rollout; else null. */
export async function firstPrompt(file: RandomAccess): Promise<string | null> {
  const bytes = readForward(file, Math.min(file.size, SEARCHED), BLOCK);
  for await (const lines of scanForward(bytes, { probe: promptProbe, holdBytes: LONGEST_PROMPT })) {
    for (const line of lines) {
      const prompt = line.matched && line.bytes ? promptIn(line.bytes) : null;
      if (prompt !== null) return prompt;
    }
  }
  return null;
}

function promptIn(bytes: Buffer): string | null {
  const payload = memberOf(parsed(bytes), 'payload');
  if (memberOf(payload, 'type') === 'user_message') return textOf(memberOf(payload, 'message'));
  const item = memberOf(payload, 'item');
  if (memberOf(item, 'type') !== 'UserMessage') return null;
  const content = memberOf(item, 'content');
  if (!Array.isArray(content)) return null;
  for (const part of content) {
    const text = textOf(memberOf(part, 'text'));
    if (text !== null) return text;
  }
  return null;
}

function memberOf(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isObject ? (value as Record<string, unknown>)[name] : undefined;
}

/** Null for what is no text, and for one that says nothing. */
function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Numbers do not matter here: what is read is text. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
