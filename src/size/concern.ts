import type { LoadingCost } from '../codex/loading-cost.ts';

/** How much a rollout's size matters to whoever resumes it. */
export type Concern = 'low' | 'noticeable' | 'high' | 'extreme';

const GIGABYTE = 1_000_000_000;

/** By the memory that a resume takes, of a machine that has 8 to 32 GB of it. */
export function concernOf({ resumeMemory }: LoadingCost): Concern {
  if (resumeMemory < GIGABYTE / 2) return 'low';
  if (resumeMemory < 2 * GIGABYTE) return 'noticeable';
  return resumeMemory < 8 * GIGABYTE ? 'high' : 'extreme';
}
