import { type RawFinding, rawFinding } from '../raw-finding.ts';

const MEGABYTE = 1_000_000;
/** Bytes of memory for a byte of the rollout. Measured on 0.122 to 0.169. */
const RESUME = 4;
const FORK = 10;

/** Whether a resume of `bytes`, ancestors included, needs more memory than is allowed. */
export function memoryFindings(bytes: number, maxResumeMb: number): RawFinding[] {
  if (bytes * RESUME <= maxResumeMb * MEGABYTE) return [];
  const inMb = (times: number) => Math.ceil((bytes * times) / MEGABYTE);
  const message = `a resume needs about ${inMb(RESUME)} MB of memory, a fork ${inMb(FORK)} MB; ${maxResumeMb} MB are allowed`;
  const difference = { expected: `${maxResumeMb} MB`, actual: `${inMb(RESUME)} MB` };
  return [rawFinding('needs-memory', message, null, difference)];
}
