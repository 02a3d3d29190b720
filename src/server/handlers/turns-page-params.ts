import type { Params } from '../params.ts';
import type { PageRequest } from './paging.ts';
import type { TurnsPageRequest } from './turn-lists.ts';

/** A page as a client asks for it. `usual`: the order where it names none. */
export function readPage(params: Params, usual: 'asc' | 'desc'): PageRequest {
  const direction = params.oneOf('sortDirection', ['asc', 'desc']) ?? usual;
  return {
    cursor: params.optionalString('cursor'),
    limit: params.optionalU32('limit'),
    isAscending: direction === 'asc',
  };
}

/** A page of turns: the newest first, in short, unless the client wants it otherwise. */
export function readTurnsPage(params: Params): TurnsPageRequest {
  const itemsView = params.oneOf('itemsView', ['notLoaded', 'summary', 'full']) ?? 'summary';
  return { ...readPage(params, 'desc'), itemsView };
}
