import { type RecordedRequest, recordedRequests } from '../codex/requests/recorded-answers.ts';
import type { JsonValue } from '../json/json-value.ts';
import { initialize, readClient } from './handlers/handshake.ts';
import { fork, resume } from './handlers/lifecycle-handlers.ts';
import { readLifecycleRequest } from './handlers/lifecycle-request.ts';
import { listLoaded, listThreads, readThread } from './handlers/read-handlers.ts';
import { answerAsRecorded } from './handlers/recorded-request.ts';
import { startThread, startTurn, unsubscribe } from './handlers/thread-handlers.ts';
import { listItems, listTurns } from './handlers/turn-lists.ts';
import { Params } from './params.ts';
import type { Request } from './request.ts';
import { invalidRequest, RequestError } from './request-error.ts';
import type { Call } from './server-state.ts';
import type { Step } from './step.ts';

/** Reads the params and gives back what to do then. @throws {RequestError} when they are wrong */
type Method = (params: JsonValue | undefined, call: Call) => () => Promise<Step[]>;

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  [
    'initialize',
    (value, call) => {
      const client = readClient(new Params(value, 'InitializeParams'));
      return () => initialize(client, call);
    },
  ],
  [
    'thread/start',
    (value, call) => {
      const params = new Params(value, 'ThreadStartParams');
      const request = { cwd: params.optionalString('cwd'), ephemeral: params.optionalFlag('ephemeral') };
      return () => startThread(request, call);
    },
  ],
  [
    'thread/resume',
    (value, call) => {
      const request = readLifecycleRequest(new Params(value, 'ThreadResumeParams'), 'thread/resume', call);
      return () => resume(request(), call);
    },
  ],
  [
    'thread/fork',
    (value, call) => {
      const request = readLifecycleRequest(new Params(value, 'ThreadForkParams'), 'thread/fork', call);
      return () => fork(request(), call);
    },
  ],
  [
    'thread/unsubscribe',
    (value, call) => {
      const threadId = new Params(value, 'ThreadUnsubscribeParams').string('threadId');
      return () => unsubscribe(threadId, call);
    },
  ],
  [
    'thread/list',
    (value, call) => {
      const params = new Params(value, 'ThreadListParams');
      const request = {
        cursor: params.optionalString('cursor'),
        limit: params.optionalU32('limit'),
        archived: params.optionalFlag('archived'),
        cwds: params.stringOrStrings('cwd'),
        modelProviders: params.strings('modelProviders'),
        sourceKinds: params.strings('sourceKinds'),
        sortKey: params.optionalString('sortKey'),
        isAscending: params.optionalString('sortDirection') === 'asc',
      };
      return () => listThreads(request, call);
    },
  ],
  ['thread/loaded/list', (_, call) => () => listLoaded(call)],
  [
    'thread/turns/list',
    (value, call) => {
      const params = new Params(value, 'ThreadTurnsListParams');
      const page = { cursor: params.optionalString('cursor'), limit: params.optionalU32('limit') };
      const isAscending = params.optionalString('sortDirection') === 'asc';
      const threadId = params.string('threadId');
      return () => listTurns({ threadId, isAscending, ...page }, call);
    },
  ],
  [
    'thread/items/list',
    (value, call) => {
      const params = new Params(value, 'ThreadItemsListParams');
      const page = { cursor: params.optionalString('cursor'), limit: params.optionalU32('limit') };
      const isAscending = params.optionalString('sortDirection') !== 'desc';
      const named = { threadId: params.string('threadId'), turnId: params.optionalString('turnId') };
      return () => listItems({ ...named, isAscending, ...page }, call);
    },
  ],
  [
    'thread/read',
    (value, call) => {
      const params = new Params(value, 'ThreadReadParams');
      const request = { threadId: params.string('threadId'), includeTurns: params.flag('includeTurns') };
      return () => readThread(request, call);
    },
  ],
  [
    'turn/start',
    (value, call) => {
      const params = new Params(value, 'TurnStartParams');
      const request = { threadId: params.string('threadId'), input: params.array('input') };
      return () => startTurn(request, call);
    },
  ],
]);

/**
 * Does what a request asks for, and says what is to be sent then. As Codex does, it looks at the params first and at
 * the handshake second.
 * @throws {RequestError} as the client is to be told
 */
export async function handle({ method, params }: Request, call: Call): Promise<Step[]> {
  const act = reader(method, call)(params, call);
  const isKnown = call.connection.client !== null;
  if (isKnown && method === 'initialize') throw new RequestError('Already initialized');
  if (!isKnown && method !== 'initialize') throw new RequestError('Not initialized');
  return act();
}

/** What reads the params of a request: this server's own behaviour, or else what Codex was measured to answer. */
function reader(method: string, { server }: Call): Method {
  const own = methods.get(method);
  if (own) return own;
  const requests = recordedRequests(server.version);
  const recorded = requests.find((request) => request.method === method);
  if (!recorded) throw unknownMethod(method, requests);
  return (params, call) => async () => answerAsRecorded(recorded, params, call);
}

function unknownMethod(method: string, requests: readonly RecordedRequest[]): RequestError {
  const known = requests.map((request) => `\`${request.method}\``);
  return invalidRequest(`unknown variant \`${method}\`, expected one of ${known.join(', ')}`);
}
