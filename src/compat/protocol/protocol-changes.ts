import { type MessageKind, messageKinds, type Protocol } from './protocol.ts';
import { type Field, shapeOf, type TypeShape } from './type-shape.ts';

/** One difference between the protocols of two versions. */
export interface ProtocolChange {
  /** Whether a client that was written for the older version can fail by it. */
  readonly breaks: boolean;
  /** A method, a type, or `Type.field`. */
  readonly subject: string;
  readonly message: string;
}

const kindNames: Readonly<Record<MessageKind, string>> = {
  ClientRequest: 'request',
  ClientNotification: 'notification of the client',
  ServerRequest: 'request of the server',
  ServerNotification: 'notification',
};

/**
 * What differs for a client between two versions. A client is expected to pass over notifications, fields and values
 * that it does not know, and to answer a request that it does not know with an error.
 */
export function protocolChanges(older: Protocol, newer: Protocol): ProtocolChange[] {
  return [...messageKinds.flatMap((kind) => messageChanges(kind, older, newer)), ...typeChanges(older, newer)];
}

function messageChanges(kind: MessageKind, older: Protocol, newer: Protocol): ProtocolChange[] {
  const before = new Set(older.messages[kind].map(({ method }) => method));
  const now = new Set(newer.messages[kind].map(({ method }) => method));
  const gone = [...before].filter((method) => !now.has(method));
  const come = [...now].filter((method) => !before.has(method));
  return [
    ...gone.map((subject) => ({ breaks: true, subject, message: `${kindNames[kind]} removed` })),
    ...come.map((subject) => ({ breaks: false, subject, message: `${kindNames[kind]} added` })),
  ];
}

function typeChanges(older: Protocol, newer: Protocol): ProtocolChange[] {
  return [...older.types].flatMap(([name, before]) => {
    const now = newer.types.get(name);
    const sent = older.sent.has(name);
    const received = older.received.has(name);
    if (!now || !(sent || received)) return [];
    return [...shapeChanges(name, shapeOf(before, older.types), shapeOf(now, newer.types), { sent, received })];
  });
}

interface Way {
  readonly sent: boolean;
  readonly received: boolean;
}

function* shapeChanges(name: string, before: TypeShape, now: TypeShape, way: Way): Generator<ProtocolChange> {
  if (before.other !== now.other && before.other && now.other) {
    yield { breaks: true, subject: name, message: `is ${now.other}, was ${before.other}` };
  }
  for (const value of before.values) {
    if (!now.values.has(value)) yield { breaks: way.sent, subject: name, message: `no longer: ${value}` };
  }
  for (const value of now.values) {
    if (!before.values.has(value)) yield { breaks: false, subject: name, message: `may be: ${value}` };
  }
  for (const [field, was] of before.fields) {
    const is = now.fields.get(field);
    const subject = `${name}.${field}`;
    if (is) yield* fieldChanges(subject, was, is, way);
    else if (!isOfGoneVariant(field, now)) yield { breaks: true, subject, message: 'removed' };
  }
  for (const [field, is] of now.fields) {
    if (before.fields.has(field) || isOfGoneVariant(field, before)) continue;
    const breaks = is.required && way.sent;
    yield { breaks, subject: `${name}.${field}`, message: is.required ? 'added, required' : 'added' };
  }
}

/** A variant that comes or goes is told once, not again for each of its fields. */
function isOfGoneVariant(field: string, other: TypeShape): boolean {
  const dot = field.indexOf('.');
  return dot > 0 && !other.values.has(field.slice(0, dot));
}

function* fieldChanges(subject: string, was: Field, is: Field, { sent, received }: Way): Generator<ProtocolChange> {
  if (was.type !== is.type) {
    const [before, now] = [was, is].map(({ type }) => new Set(type.split(' or ')));
    const isWider = [...(before ?? [])].every((each) => now?.has(each));
    const isNarrower = [...(now ?? [])].every((each) => before?.has(each));
    const breaks = !(isWider || isNarrower) || (isWider && received) || (isNarrower && sent);
    yield { breaks, subject, message: `is ${is.type}, was ${was.type}` };
  }
  if (was.required && !is.required) yield { breaks: received, subject, message: 'no longer always there' };
  if (!was.required && is.required) yield { breaks: sent, subject, message: 'now required' };
}
