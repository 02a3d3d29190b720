import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** After so many bytes they are freed, which takes a few milliseconds. */
const EVERY = 2 * 1024 * 1024;

/**
 * Frees buffers that are done with. Left to itself, each thread of Node.js does so when more than sixty megabytes of them
 * wait, since the objects that hold them are small. @returns what is to be told how many bytes were done with
 */
export function garbageCollector(): (bytes: number) => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let bytes = 0;
  return (more) => {
    bytes += more;
    if (bytes < EVERY) return;
    bytes = 0;
    collect();
  };
}
