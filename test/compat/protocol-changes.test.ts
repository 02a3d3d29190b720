import { expect, test } from 'vitest';
import type { JsonSchema } from '../../src/compat/protocol/json-schema.ts';
import { protocolOf } from '../../src/compat/protocol/protocol.ts';
import { protocolChanges } from '../../src/compat/protocol/protocol-changes.ts';

const text = { type: 'string' };
const object = (properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
});
const message = (method: string, params: string): JsonSchema =>
  object({ method: { enum: [method] }, params: { $ref: `#/definitions/${params}` } }, ['method', 'params']);

/** What Codex writes for one request with its answer, and one notification, with these types changed. */
function protocol(types: Readonly<Record<string, JsonSchema>> = {}, requests: readonly string[] = ['thread/read']) {
  const definitions = {
    ReadParams: object({ id: text }, ['id']),
    ReadResponse: object({ name: text, size: { type: 'integer' } }, ['name', 'size']),
    Told: object({ kind: { $ref: '#/definitions/Kind' } }, ['kind']),
    Kind: { enum: ['a', 'b'], type: 'string' },
    ...types,
  };
  return protocolOf([
    { title: 'ClientRequest', definitions, oneOf: requests.map((method) => message(method, 'ReadParams')) },
    { title: 'ServerNotification', definitions, oneOf: [message('told', 'Told')] },
  ]);
}

test.each<[string, Readonly<Record<string, JsonSchema>>, boolean, string]>([
  [
    'a field of an answer is gone',
    { ReadResponse: object({ name: text }, ['name']) },
    true,
    'ReadResponse.size: removed',
  ],
  [
    'a field of an answer need not be there',
    { ReadResponse: object({ name: text, size: { type: 'integer' } }, ['name']) },
    true,
    'ReadResponse.size: no longer always there',
  ],
  [
    'a field of an answer has another type',
    { ReadResponse: object({ name: text, size: text }, ['name', 'size']) },
    true,
    'ReadResponse.size: is string, was integer',
  ],
  [
    'a request needs one more field',
    { ReadParams: object({ id: text, more: text }, ['id', 'more']) },
    true,
    'ReadParams.more: added, required',
  ],
  [
    'a request takes one more field',
    { ReadParams: object({ id: text, more: text }, ['id']) },
    false,
    'ReadParams.more: added',
  ],
  [
    'a request takes more types',
    { ReadParams: object({ id: { type: ['string', 'null'] } }, ['id']) },
    false,
    'ReadParams.id: is null or string, was string',
  ],
  ['a notification may have another value', { Kind: { enum: ['a', 'b', 'c'] } }, false, 'Kind: may be: c'],
  ['a notification no longer has a value', { Kind: { enum: ['a'] } }, false, 'Kind: no longer: b'],
])('%s', (_, types, breaks, expected) => {
  const changes = protocolChanges(protocol(), protocol(types));
  expect(changes.map((change) => [`${change.subject}: ${change.message}`, change.breaks])).toEqual([
    [expected, breaks],
  ]);
});

test('a request that is gone breaks a client, a new one does not', () => {
  expect(protocolChanges(protocol({}, ['thread/read', 'thread/x']), protocol({}, ['thread/read', 'thread/y']))).toEqual(
    [
      { breaks: true, subject: 'thread/x', message: 'request removed' },
      { breaks: false, subject: 'thread/y', message: 'request added' },
    ],
  );
});
