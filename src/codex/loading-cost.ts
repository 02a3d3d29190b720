/**
 * What Codex needs to load a rollout, for a byte of it and its ancestors: it holds all of it. Memory was measured on 0.122
 * to 0.169 and the time on 0.144.6 and 0.169.0, with rollouts of 10 MB to 1 GB on two cores.
 */
const RESUME_MEMORY = 4;
const FORK_MEMORY = 10;
const RESUME_SECONDS = 12 / 1_000_000_000;

/** What a resume and a fork of `bytes` take, ancestors included. In bytes and seconds; an estimate. */
export interface LoadingCost {
  readonly bytes: number;
  readonly resumeMemory: number;
  readonly forkMemory: number;
  readonly resumeSeconds: number;
}

export function loadingCost(bytes: number): LoadingCost {
  return {
    bytes,
    resumeMemory: bytes * RESUME_MEMORY,
    forkMemory: bytes * FORK_MEMORY,
    resumeSeconds: Math.round(bytes * RESUME_SECONDS * 10) / 10,
  };
}
