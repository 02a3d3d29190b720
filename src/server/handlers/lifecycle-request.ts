import type { Params } from '../params.ts';
import { RequestError } from '../request-error.ts';
import type { Call } from '../server-state.ts';
import type { LifecycleRequest } from './lifecycle-handlers.ts';
import { settingsAskedFor } from './settings-params.ts';
import { readTurnsPage } from './turns-page-params.ts';

/**
 * Reads a resume or a fork; what this version does not know is not looked at. What it gives back asks whether the
 * client may use what it uses.
 */
export function readLifecycleRequest(
  params: Params,
  method: 'thread/resume' | 'thread/fork',
  { server, connection }: Call,
): () => LifecycleRequest {
  const { era, serverEra } = server;
  const isFork = method === 'thread/fork';
  const threadId = params.string('threadId');
  const path = params.optionalString('path', 'path string');
  const excludeTurns = era.knowsExcludeTurns && params.flag('excludeTurns');
  const lastTurnId = isFork && era.knowsLastTurnId ? params.optionalString('lastTurnId') : null;
  const beforeTurnId = isFork && era.knowsBeforeTurnId ? params.optionalString('beforeTurnId') : null;
  const ephemeral = isFork && params.flag('ephemeral');
  const settings = settingsAskedFor(params);
  const page = isFork ? null : params.optionalObject('initialTurnsPage', 'ThreadResumeInitialTurnsPageParams');
  const initialTurnsPage = page && readTurnsPage(page);
  return () => {
    const guarded = {
      path: path !== null,
      beforeTurnId: beforeTurnId !== null,
      excludeTurns: excludeTurns && serverEra.guardsExcludeTurns,
    };
    for (const [name, isUsed] of Object.entries(guarded)) {
      if (isUsed && !connection.client?.experimentalApi)
        throw new RequestError(`${method}.${name} requires experimentalApi capability`);
    }
    if (lastTurnId !== null && beforeTurnId !== null)
      throw new RequestError('`beforeTurnId` cannot be combined with `lastTurnId`');
    const optsOut = connection.optsOutOf('thread/tokenUsage/updated');
    const cut = { ...(lastTurnId !== null && { lastTurnId }), ...(beforeTurnId !== null && { beforeTurnId }) };
    return { threadId, path, ephemeral, settings, initialTurnsPage, options: { excludeTurns, optsOut, ...cut } };
  };
}
