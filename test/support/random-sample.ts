/** What a random test begins with: fixed, so that CI repeats itself; `ROLLOUT_INSPECT_SEED=random` looks for new ones. */
export const seed =
  process.env.ROLLOUT_INSPECT_SEED === 'random' ? Date.now() : Number(process.env.ROLLOUT_INSPECT_SEED ?? 2026);

/** How many of its usual number of samples a random test takes: `ROLLOUT_INSPECT_SAMPLES=10` takes ten times as many. */
export function samples(usual: number): number {
  return Math.ceil(usual * Number(process.env.ROLLOUT_INSPECT_SAMPLES ?? 1));
}
