import type { JsonObject } from '../../json/json-value.ts';

/** What a message says; empty for any other item. */
export function saidIn({ type, text, content }: JsonObject): string {
  if (type === 'agentMessage') return typeof text === 'string' ? text : '';
  if (type !== 'userMessage' || !Array.isArray(content)) return '';
  return content.map((part: JsonObject) => (typeof part.text === 'string' ? part.text : '')).join('\n');
}
