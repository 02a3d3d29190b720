import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import { isJsonObject } from '../../json/json-value.ts';
import type { NewRecord } from '../store/rollout-writer.ts';
import { agentMessage, userMessage } from '../wire-json.ts';
import type { NewItem } from './turn-voice.ts';

/** What the user says, part by part as a client sends it. */
export function saidByUser(id: string, input: readonly JsonValue[], clientId: JsonValue): NewItem {
  const content = input.filter(isJsonObject).map(wirePart);
  const kept = {
    type: 'UserMessage',
    id,
    content: content.map(keptPart),
    ...(clientId !== null && { client_id: clientId }),
  };
  const of = (type: string, name: string) =>
    content.filter((part) => part.type === type).map((part) => part[name] ?? '');
  const event = {
    ...{ type: 'user_message', message: textOf(input), images: of('image', 'url') },
    ...{ local_images: of('localImage', 'path'), text_elements: [] },
  };
  return { item: userMessage(id, content, clientId), kept, event };
}

/** What the model says. */
export function saidByModel(id: string, text: string): NewItem {
  const item = agentMessage(id, text, null);
  return {
    item,
    kept: { type: 'AgentMessage', id, content: [{ type: 'Text', text }] },
    event: { type: 'agent_message', message: text, phase: null, memory_citation: null },
    begun: { ...item, text: '' },
    deltas: [['item/agentMessage/delta', { delta: text }]],
  };
}

/** A message as the model is shown it when the thread goes on. */
export function messageRecord(role: 'user' | 'assistant', text: string): NewRecord {
  const content = [{ type: role === 'user' ? 'input_text' : 'output_text', text }];
  return { type: 'response_item', payload: { type: 'message', role, content } };
}

/** What the user writes; pictures and the like are left out. */
export function textOf(input: readonly JsonValue[]): string {
  const texts = input.map((item) => (isJsonObject(item) && typeof item.text === 'string' ? item.text : ''));
  return texts.filter((text) => text !== '').join('\n');
}

function wirePart(part: JsonObject): JsonObject {
  if (part.type === 'text') return { text_elements: [], ...part };
  return part.type === 'image' || part.type === 'localImage' ? { detail: null, ...part } : part;
}

function keptPart({ detail: _, url, type, ...part }: JsonObject): JsonObject {
  if (type === 'image') return { type, image_url: url ?? '' };
  return { type: type === 'localImage' ? 'local_image' : (type ?? 'text'), ...part };
}
