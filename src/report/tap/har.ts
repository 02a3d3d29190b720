import { memberAt } from '../../json/json-value.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { jsonText } from '../json.ts';

/** What a transcript is called in a HAR: every request of a client with its answer, as tools for the web show them. */
export function harOf(entries: readonly TranscriptEntry[], startedAt: string, version: string): unknown {
  const began = Date.parse(startedAt) || 0;
  const answers = new Map<string, TranscriptEntry>();
  for (const entry of entries) {
    const isAnswer = entry.direction === 'received' && memberAt(entry.message, 'method') === undefined;
    if (isAnswer) answers.set(keyOf(entry), entry);
  }
  const requests = entries.filter(
    ({ direction, message }) =>
      direction === 'sent' && memberAt(message, 'method') !== undefined && memberAt(message, 'id') !== undefined,
  );
  return {
    log: {
      version: '1.2',
      creator: { name: 'rollout-inspect', version },
      entries: requests.map((request) => entryOf(request, answers.get(keyOf(request)), began)),
    },
  };
}

function keyOf({ connection, message }: TranscriptEntry): string {
  const id = memberAt(message, 'id');
  return `${connection} ${typeof id} ${id}`;
}

function entryOf(request: TranscriptEntry, answer: TranscriptEntry | undefined, began: number): unknown {
  const time = answer ? answer.atMs - request.atMs : -1;
  const isError = answer !== undefined && memberAt(answer.message, 'error') !== undefined;
  const sent = jsonText(request.message);
  const received = answer ? jsonText(answer.message) : '';
  const nothing = { httpVersion: 'JSON-RPC', cookies: [], headers: [], headersSize: -1 };
  return {
    startedDateTime: new Date(began + request.atMs).toISOString(),
    time,
    request: {
      ...nothing,
      method: 'POST',
      url: `codex://${request.connection}/${memberAt(request.message, 'method')}`,
      queryString: [],
      bodySize: Buffer.byteLength(sent),
      postData: { mimeType: 'application/json', text: sent },
    },
    response: {
      ...nothing,
      status: answer ? (isError ? 500 : 200) : 0,
      statusText: answer ? (isError ? 'error' : 'result') : 'no answer',
      redirectURL: '',
      bodySize: Buffer.byteLength(received),
      content: { size: Buffer.byteLength(received), mimeType: 'application/json', text: received },
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
  };
}
