import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so many bytes they are freed. */
const EVERY = 1024 * 1024;

/**
 * Frees memory that is done with. Left to itself, each thread of Node.js does so when more than sixty megabytes of buffers
 * wait, since the objects that hold them are small. `minor`: only what was made a moment ago, which takes a tenth of a
 * millisecond; `major` takes some. @returns what is to be told how many bytes were done with
 */
export function garbageCollector(kind: 'minor' | 'major'): (bytes: number) => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: { readonly type: 'minor' }) => void;
  let bytes = 0;
  return (more) => {
    bytes += more;
    if (bytes < EVERY) return;
    bytes = 0;
    if (kind === 'minor') collect({ type: kind });
    else collect();
  };
}
