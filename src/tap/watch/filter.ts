/** What a filter can look at. */
export interface Watched {
  readonly method: string;
  readonly id: string;
  readonly dir: string;
  readonly conn: string;
  readonly kind: string;
  /** Of a request and its answer; empty for what is not answered. */
  readonly status: 'pending' | 'late' | 'error' | 'done' | '';
}

/** What filters begin with, before their colon. */
export const filterNames = [
  'method',
  'id',
  'dir',
  'conn',
  'kind',
  'status',
] as const satisfies readonly (keyof Watched)[];

/**
 * Reads filters like `method:thread/` `dir:sent` `status:late`, all of which must hold: a method by a part of it, everything
 * else as a whole. @throws {RangeError} when one is none
 */
export function parseFilters(texts: readonly string[]): (watched: Watched) => boolean {
  const filters = texts.map((text) => {
    const [name = '', ...rest] = text.split(':');
    const value = rest.join(':');
    const known = filterNames.find((each) => each === name);
    if (!known || value === '') throw new RangeError(`no filter: ${text}`);
    return { name: known, value };
  });
  return (watched) =>
    filters.every(({ name, value }) => (name === 'method' ? watched.method.includes(value) : watched[name] === value));
}
