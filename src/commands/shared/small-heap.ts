import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets the heap grow to four times what is in use before it collects. With this limit a rollout of many turns takes 25 MB
 * less, and no more time (bench/README.md). To be called when the code is loaded: what V8 compiled before under other flags
 * it compiles anew.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=60');
}
