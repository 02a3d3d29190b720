import type { CodexSchemas } from '../support/codex-schemas.ts';
import { plausible } from './plausible.ts';

/** A thread that is nowhere. */
export const UNKNOWN_THREAD = '01a20417-0000-7000-8000-000000000000';

/** What is not sent: it would reach out to a network, change who is signed in, or end the server. */
const UNSAFE =
  /^(?:initialize$|account\/(?:login\/start|logout|gcp|bedrock\/(?:setup|discover)|gatewayOAuth\/login)|feedback|marketplace|plugin\/(?:install|share|skill|read)|remoteControl|userVerification|windowsSandbox|server\/diagnostics|mcpServer\/oauth)/;

/** What is sent later, since it changes what the others would be told; and last, since the thread is gone then. */
const CHANGES =
  /^(?:thread\/(?:start|fork|resume|revert|attachment|compact|inject_items|shellCommand|realtime)|turn\/|review\/|project\/|threadSection\/|memory\/reset|rollout\/compress|config\/(?:value|batch)|environment\/add|externalAgentConfig)/;
const ENDS = /^thread\/(?:archive|unarchive|delete|unsubscribe)/;

/** Whether a request may be sent without a network and without changing who is signed in. */
export function isSafe(method: string): boolean {
  return !UNSAFE.test(method);
}

/** Whether a request is sent first (0), later (1) or last (2). */
export function rank(method: string): number {
  return ENDS.test(method) ? 2 : CHANGES.test(method) ? 1 : 0;
}

/** A client request, and params that a server can read. */
interface Sendable {
  readonly method: string;
  readonly paramsFor: (threadId: string) => unknown;
}

/** Requests that every binary knows although no schema names them any more: in the protocol they stand behind `account/read`. */
const UNNAMED: readonly Sendable[] = [
  { method: 'getConversationSummary', paramsFor: (conversationId) => ({ conversationId }) },
  { method: 'gitDiffToRemote', paramsFor: () => ({ cwd: 'x' }) },
  { method: 'getAuthStatus', paramsFor: () => ({}) },
];

/** The requests that a version knows, in the order of its protocol. */
export function clientRequests({ requests, definitions }: CodexSchemas): Sendable[] {
  return requests.flatMap(({ method, params }): Sendable[] => {
    const request = { method, paramsFor: (threadId: string) => plausible(params, definitions, threadId) };
    return method === 'account/read' ? [request, ...UNNAMED] : [request];
  });
}

/** Whether params that `paramsFor` makes name a thread. */
export function namesThread(paramsFor: (threadId: string) => unknown): boolean {
  return JSON.stringify(paramsFor(UNKNOWN_THREAD)).includes(UNKNOWN_THREAD);
}
