import { type JsonSchema, referencesIn, referredName } from './json-schema.ts';

/** A message of the app-server protocol: its method, and what its params, or the answer to it, are called. */
export interface Message {
  readonly method: string;
  readonly params: string | null;
}

/** What passes between a client and the app-server of one version, as its own schemas say it. */
export interface Protocol {
  /** By whom they are sent: requests and notifications of the client, requests and notifications of the server. */
  readonly messages: Readonly<Record<MessageKind, readonly Message[]>>;
  /** Every type by its name. */
  readonly types: ReadonlyMap<string, JsonSchema>;
  /** The types that a client sends, and those that it receives; some are both. */
  readonly sent: ReadonlySet<string>;
  readonly received: ReadonlySet<string>;
}

export const messageKinds = ['ClientRequest', 'ClientNotification', 'ServerRequest', 'ServerNotification'] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Puts together what `codex app-server generate-json-schema` wrote, a schema a file. */
export function protocolOf(schemas: readonly JsonSchema[]): Protocol {
  const types = new Map<string, JsonSchema>();
  for (const { definitions = {}, ...schema } of schemas) {
    for (const [name, definition] of Object.entries(definitions)) if (!types.has(name)) types.set(name, definition);
    if (schema.title) types.set(schema.title, schema);
  }
  const messages = {
    ClientRequest: messagesOf(types.get('ClientRequest')),
    ClientNotification: messagesOf(types.get('ClientNotification')),
    ServerRequest: messagesOf(types.get('ServerRequest')),
    ServerNotification: messagesOf(types.get('ServerNotification')),
  };
  const paramsOf = (kind: MessageKind) => messages[kind].flatMap(({ params }) => params ?? []);
  const answersTo = (kind: MessageKind) => paramsOf(kind).map(answerName);
  return {
    messages,
    types,
    sent: reachable(types, [
      ...paramsOf('ClientRequest'),
      ...paramsOf('ClientNotification'),
      ...answersTo('ServerRequest'),
    ]),
    received: reachable(types, [
      ...[...paramsOf('ServerRequest'), ...paramsOf('ServerNotification')],
      ...answersTo('ClientRequest'),
    ]),
  };
}

/** Codex calls the answer to `ThreadResumeParams` `ThreadResumeResponse`. */
function answerName(params: string): string {
  return params.replace(/Params$/, 'Response');
}

function messagesOf(union: JsonSchema | undefined): Message[] {
  return (union?.oneOf ?? []).flatMap(({ properties = {} }) => {
    const method = properties.method?.enum?.[0];
    const ref = properties.params?.$ref ?? properties.params?.allOf?.[0]?.$ref;
    return typeof method === 'string' ? [{ method, params: ref === undefined ? null : referredName(ref) }] : [];
  });
}

function reachable(types: ReadonlyMap<string, JsonSchema>, from: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const type = types.get(name);
    if (!type || seen.has(name)) continue;
    seen.add(name);
    open.push(...referencesIn(type));
  }
  return seen;
}
