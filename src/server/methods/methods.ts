import { type RecordedRequest, recordedRequests } from '../../codex/requests/recorded-answers.ts';
import { initialize, readClient } from '../handlers/handshake.ts';
import { answerAsRecorded } from '../handlers/recorded-request.ts';
import type { Request } from '../request.ts';
import { invalidRequest, RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';
import { listMethods } from './list-methods.ts';
import { type Method, method } from './method.ts';
import { threadMethods } from './thread-methods.ts';
import { turnMethods } from './turn-methods.ts';

/** The requests for which this server has a behaviour of its own. */
const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    initialize: method('InitializeParams', readClient, initialize),
    ...listMethods,
    ...threadMethods,
    ...turnMethods,
  }),
);

/**
 * Does what a request asks for, and says what is to be sent then. As Codex does, it looks at the params first and at
 * the handshake second.
 * @throws {RequestError} as the client is to be told
 */
export async function handle({ method: name, params }: Request, call: Call): Promise<Step[]> {
  const act = reader(name, call)(params, call);
  const isKnown = call.connection.client !== null;
  if (isKnown && name === 'initialize') throw new RequestError('Already initialized');
  if (!isKnown && name !== 'initialize') throw new RequestError('Not initialized');
  return act();
}

/** What reads the params of a request: this server's own behaviour, or else what Codex was measured to answer. */
function reader(name: string, { server }: Call): Method {
  const requests = recordedRequests(server.version);
  const recorded = requests.find((request) => request.method === name);
  const own = methods.get(name);
  if (!recorded) throw unknownMethod(name, requests);
  if (own) return own;
  return (params, call) => async () => answerAsRecorded(recorded, params, call);
}

function unknownMethod(name: string, requests: readonly RecordedRequest[]): RequestError {
  const known = requests.map((request) => `\`${request.method}\``);
  return invalidRequest(`unknown variant \`${name}\`, expected one of ${known.join(', ')}`);
}
