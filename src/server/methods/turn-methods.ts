import { settingsAskedFor } from '../handlers/settings-params.ts';
import { startTurn } from '../handlers/thread-handlers.ts';
import { compact, interruptTurn, steerTurn } from '../handlers/turn-handlers.ts';
import { type Method, method, threadMethod } from './method.ts';

/** The requests about turns. */
export const turnMethods: Readonly<Record<string, Method>> = {
  'turn/start': method(
    'TurnStartParams',
    (params) => ({
      threadId: params.string('threadId'),
      input: params.array('input'),
      clientId: params.optionalString('clientUserMessageId'),
      settings: settingsAskedFor(params),
    }),
    startTurn,
  ),
  'turn/interrupt': method(
    'TurnInterruptParams',
    (params) => ({ threadId: params.string('threadId'), turnId: params.string('turnId') }),
    interruptTurn,
  ),
  'turn/steer': method(
    'TurnSteerParams',
    (params) => ({
      threadId: params.string('threadId'),
      input: params.array('input'),
      expectedTurnId: params.string('expectedTurnId'),
    }),
    steerTurn,
  ),
  'thread/compact/start': threadMethod('ThreadCompactStartParams', compact),
};
