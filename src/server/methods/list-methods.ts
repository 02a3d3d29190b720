import { conversationSummary, gitDiffToRemote } from '../handlers/conversation.ts';
import { readThread } from '../handlers/read-thread.ts';
import { listLoaded } from '../handlers/thread-handlers.ts';
import { listThreads, searchThreads, type ThreadListRequest } from '../handlers/thread-lists.ts';
import { listTimeline } from '../handlers/timeline.ts';
import { listItems, listTurns, readItems, searchOccurrences } from '../handlers/turn-lists.ts';
import { readPage, readTurnsPage } from '../handlers/turns-page-params.ts';
import type { Params } from '../params.ts';
import { type Method, method } from './method.ts';

/** The requests that change nothing. */
export const listMethods: Readonly<Record<string, Method>> = {
  'thread/list': method('ThreadListParams', readThreadList, listThreads),
  'thread/search': method(
    'ThreadSearchParams',
    (params) => ({ ...readThreadList(params), searchTerm: params.string('searchTerm') }),
    searchThreads,
  ),
  'thread/loaded/list': (_, call) => () => listLoaded(call),
  'thread/read': method(
    'ThreadReadParams',
    (params) => ({ threadId: params.string('threadId'), includeTurns: params.flag('includeTurns') }),
    readThread,
  ),
  'thread/turns/list': method(
    'ThreadTurnsListParams',
    (params) => ({ threadId: params.string('threadId'), ...readTurnsPage(params) }),
    listTurns,
  ),
  'thread/items/list': method(
    'ThreadItemsListParams',
    (params) => ({
      threadId: params.string('threadId'),
      turnId: params.optionalString('turnId'),
      ...readPage(params, 'asc'),
    }),
    listItems,
  ),
  'thread/items/read': method(
    'ThreadItemsReadParams',
    (params) => ({
      threadId: params.string('threadId'),
      turnId: params.string('turnId'),
      itemIds: params.strings('itemIds'),
    }),
    readItems,
  ),
  'thread/timeline/list': method(
    'ThreadTimelineListParams',
    (params) => ({
      threadId: params.string('threadId'),
      cursor: params.optionalString('cursor'),
      limit: params.optionalU32('limit'),
    }),
    listTimeline,
  ),
  'thread/searchOccurrences': method(
    'ThreadSearchOccurrencesParams',
    (params) => ({
      threadId: params.string('threadId'),
      searchTerm: params.string('searchTerm'),
      limit: params.optionalU32('limit'),
    }),
    searchOccurrences,
  ),
  getConversationSummary: method(
    'GetConversationSummaryParams',
    (params) => ({
      conversationId: params.optionalString('conversationId'),
      rolloutPath: params.optionalString('rolloutPath'),
    }),
    conversationSummary,
  ),
  gitDiffToRemote: method('GitDiffToRemoteParams', (params) => params.string('cwd'), gitDiffToRemote),
};

function readThreadList(params: Params): ThreadListRequest {
  const sortKey = params.oneOf('sortKey', ['created_at', 'updated_at', 'recency_at', 'section_position']);
  return {
    ...readPage(params, 'desc'),
    sortKey,
    archived: params.optionalFlag('archived'),
    cwds: params.stringOrStrings('cwd'),
    modelProviders: params.raw('modelProviders') === null ? null : params.strings('modelProviders'),
    sourceKinds: params.strings('sourceKinds'),
    excluded: params.strings('excludedThreadIds'),
    parentThreadId: params.optionalString('parentThreadId'),
    ancestorThreadId: params.optionalString('ancestorThreadId'),
    searchTerm: params.optionalString('searchTerm'),
  };
}
