import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets the heap grow to four times what is in use before it collects, and gives what is new more and more room, 32 MB in the end.
 * With these limits a rollout of many turns takes 60 MB less, and no more time (bench/README.md). To be called when the code is
 * loaded: what V8 compiled before under other flags it compiles anew.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=60');
  setFlagsFromString('--semi-space-growth-factor=1');
}
