import { loadingCost } from '../../codex/loading-cost.ts';
import { type RawFinding, rawFinding } from '../raw-finding.ts';

const MEGABYTE = 1_000_000;

/** Whether a resume of `bytes`, ancestors included, needs more memory than is allowed. */
export function memoryFindings(bytes: number, maxResumeMb: number): RawFinding[] {
  const { resumeMemory, forkMemory } = loadingCost(bytes);
  if (resumeMemory <= maxResumeMb * MEGABYTE) return [];
  const inMb = (memory: number) => Math.ceil(memory / MEGABYTE);
  const message = `a resume needs about ${inMb(resumeMemory)} MB of memory, a fork ${inMb(forkMemory)} MB; ${maxResumeMb} MB are allowed`;
  const difference = { expected: `${maxResumeMb} MB`, actual: `${inMb(resumeMemory)} MB` };
  return [rawFinding('needs-memory', message, null, difference)];
}
