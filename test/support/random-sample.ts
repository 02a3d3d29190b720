/** What a random test begins with: fixed, so that CI repeats itself; `ROLLOUT_INSPECT_SEED=random` looks for new ones. */
export const seed =
  process.env.ROLLOUT_INSPECT_SEED === 'random' ? Date.now() : Number(process.env.ROLLOUT_INSPECT_SEED ?? 2026);

const factor = Number(process.env.ROLLOUT_INSPECT_SAMPLES ?? 1);

/** How many of its usual number of samples a random test takes: `ROLLOUT_INSPECT_SAMPLES=10` takes ten times as many. */
export function samples(usual: number): number {
  return Math.ceil(usual * factor);
}

/**
 * Of things of one kind a test looks at one in so many, usually one in `usual`: with `ROLLOUT_INSPECT_SAMPLES=10` ten times as
 * many, with `ROLLOUT_INSPECT_ALL=1` all.
 */
export function oneIn(usual: number): number {
  return process.env.ROLLOUT_INSPECT_ALL === '1' ? 1 : Math.max(1, Math.round(usual / factor));
}
