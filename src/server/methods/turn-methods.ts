import { readReviewTarget } from '../handlers/review-target.ts';
import { settingsAskedFor } from '../handlers/settings-params.ts';
import { startTurn } from '../handlers/thread-handlers.ts';
import { compact, interruptTurn, review, shellCommand, steerTurn } from '../handlers/turn-handlers.ts';
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
  'review/start': method(
    'ReviewStartParams',
    (params) => ({ threadId: params.string('threadId'), target: readReviewTarget(params) }),
    review,
  ),
  'thread/shellCommand': method(
    'ThreadShellCommandParams',
    (params) => ({ threadId: params.string('threadId'), command: params.string('command') }),
    shellCommand,
  ),
  'thread/compact/start': threadMethod('ThreadCompactStartParams', compact),
};
