import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, parseCodexVersion } from '../../src/codex/version.ts';
import { RolloutFinder } from '../../src/history/finder.ts';
import { threadHistory } from '../../src/history/thread-history.ts';
import { readFacts } from '../../src/lifecycle/facts.ts';
import { openRollout } from '../../src/rollout/lines/open-rollout.ts';
import { restoreUsageOf } from '../../src/usage/restore-usage.ts';
import { rolloutsOf } from '../support/case-homes.ts';
import { measuredVersions } from '../support/oracle.ts';
import { legacyRollout, paginatedRollout, THREAD } from '../support/random-rollout.ts';
import { samples, seed } from '../support/random-sample.ts';
import { temporaryFolder, threadA } from '../support/rollout.ts';

const measured = measuredVersions('test/oracle').map((label) => parseCodexVersion(label) as CodexVersion);
/** Every other rollout is read as one version does, the next as another; with `ROLLOUT_INSPECT_ALL=1` each as all of them. */
const EACH = process.env.ROLLOUT_INSPECT_ALL === '1' ? measured.length : 1;

/**
 * The restored usage as `usage` finds it, backward and forward, and as the whole history gives it, whose records are what
 * resume and fork are predicted from.
 */
async function threeReadings(path: string, version: CodexVersion) {
  const finder = new RolloutFinder(version);
  const backward = await restoreUsageOf(path, await openRollout(path), finder);
  const piped = { kind: 'stream', chunks: createReadStream(path) } as const;
  const forward = await restoreUsageOf(path, piped, finder);
  const facts = await readFacts(await threadHistory(path, finder), eraOf(version));
  return {
    backward: backward.tokenUsageInfo,
    forward: forward.tokenUsageInfo,
    history: facts.context.view('never').usage,
  };
}

async function expectAgreement(path: string, version: CodexVersion): Promise<void> {
  const { backward, forward, history } = await threeReadings(path, version);
  const called = `${path} as ${version.join('.')}`;
  expect(backward, called).toEqual(history);
  expect(forward, called).toEqual(history);
}

test('usage is what the whole history restores: recorded rollouts', { timeout: 600_000 }, async () => {
  const rollouts = [...rolloutsOf('test/oracle'), ...rolloutsOf('test/cases'), ...rolloutsOf('samples')];
  const plain = rollouts.filter((path) => !path.endsWith('.zst')).filter((_, i) => EACH > 1 || i % 2 === 0);
  let compared = 0;
  for (const [i, path] of plain.entries()) {
    for (let n = 0; n < EACH; n++) {
      const place = EACH === measured.length ? n : (i + n * 16) % measured.length;
      await expectAgreement(path, measured[place] as CodexVersion);
      compared++;
    }
  }
  console.log(`${compared} readings of ${plain.length} rollouts agree`);
});

test.each([
  ['legacy', legacyRollout],
  ['paginated', paginatedRollout],
] as const)(
  'usage is what the whole history restores: random %s rollouts',
  { timeout: 600_000 },
  async (_, rollouts) => {
    const path = join(temporaryFolder(), `rollout-2026-03-27T10-00-00-${threadA}.jsonl`);
    await fc.assert(
      fc.asyncProperty(rollouts, fc.constantFrom(...measured), async (text, version) => {
        writeFileSync(path, text.replaceAll(THREAD, threadA));
        await expectAgreement(path, version);
      }),
      { seed, numRuns: samples(20) },
    );
  },
);
