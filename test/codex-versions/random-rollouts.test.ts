import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { randomDisagreement } from '../support/random-disagreement.ts';
import { randomHistories } from '../support/random-history.ts';
import { samples, seed } from '../support/random-sample.ts';
import { describeRealCodex } from '../support/real-codex.ts';

/** Versions between which the rules of paginated threads changed, as `ROLLOUT_INSPECT_VERSIONS=0.145.0,0.147.0` names them. */
const versions = process.env.ROLLOUT_INSPECT_VERSIONS?.split(',') ?? ['0.153.4'];

describeRealCodex('a random thread is resumed and forked as predicted', () => {
  let installed: CodexInstallations;
  beforeAll(async () => {
    installed = await installCodexVersions(versions);
  }, 360_000);
  afterAll(() => installed?.remove());

  test.each(
    versions.flatMap((version) =>
      Object.entries(randomHistories).map(([kind, each]) => [version, kind, each] as const),
    ),
  )('%s: %s', { timeout: 300_000 }, async (version, kind, histories) => {
    const runs = samples(10);
    const { disagreement } = await randomDisagreement(histories, runs, version, installed.binary(version));
    expect(disagreement, `seed ${seed}, made as small as could be`).toBeNull();
    console.log(`${runs} random threads, ${kind} (seed ${seed}): Codex ${version} does with them as predicted`);
  });
});
