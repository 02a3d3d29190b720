import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CodexVersion } from '../../src/codex/version.ts';
import { contractOutcome, touchingDeviations, versionOutcome } from '../../src/lifecycle/deviations.ts';
import type { Lifecycle, LifecycleParams } from '../../src/lifecycle/outcome.ts';

import { factsFor } from '../support/facts.ts';
import { oneIn } from '../support/random-sample.ts';

const versions: readonly CodexVersion[] = [
  [0, 98, 0],
  [0, 121, 0],
  [0, 122, 0],
  [0, 144, 6],
  [0, 146, 0],
  [0, 150, 0],
  [0, 160, 0],
  [0, 169, 0],
];
/** Each rollout is taken as one of these versions takes it, the next as another; `ROLLOUT_INSPECT_ALL=1`: as all do. */
const ONE_IN = oneIn(versions.length);
const lifecycles: readonly Lifecycle[] = ['resume', 'rejoin', 'fork'];
const sample = (version: string, name: string) => `samples/${version}/${name}.jsonl`;
const ids = async (path: string, lifecycle: Lifecycle, version: CodexVersion, params: LifecycleParams = {}) =>
  touchingDeviations(await factsFor(path, version), lifecycle, version, params).map(({ id }) => id);

describe('a known deviation explains', () => {
  test.each([
    ['no-replay', sample('0.122.0', 'two-turns'), 'resume', [0, 121, 0], {}],
    ['no-replay', sample('0.122.0', 'two-turns'), 'fork', [0, 98, 0], {}],
    ['exclude-turns-unknown', sample('0.122.0', 'two-turns'), 'resume', [0, 124, 0], { excludeTurns: true }],
    ['paginated-refused', sample('0.169.0', 'two-turns'), 'fork', [0, 144, 6], {}],
    ['provider-needed', 'test/oracle/session_meta_minimal/rollout.jsonl', 'resume', [0, 169, 0], {}],
    ['first-line-needed', 'test/oracle/malformed_first/rollout.jsonl', 'resume', [0, 160, 0], {}],
    ['empty-turn-id', 'test/oracle/rolled_back_all/rollout.jsonl', 'resume', [0, 144, 6], {}],
    ['ownerless-usage-dropped', 'test/oracle/count_only_no_turn/rollout.jsonl', 'resume', [0, 160, 0], {}],
    ['turnless-usage-dropped', 'test/oracle/rolled_back_all/rollout.jsonl', 'fork', [0, 169, 0], {}],
    ['exclude-turns-no-replay', sample('0.169.0', 'two-turns'), 'resume', [0, 145, 0], { excludeTurns: true }],
    ['compaction-forgets', sample('0.169.0', 'compacted'), 'resume', [0, 169, 0], {}],
    ['rejoin-guesses-turn', sample('0.169.0', 'interrupted'), 'rejoin', [0, 169, 0], {}],
    ['fork-resume-no-replay', sample('0.169.0', 'fork'), 'resume', [0, 169, 0], {}],
  ] as const)('%s', async (id, path, lifecycle, version, params) => {
    expect(await ids(path, lifecycle, version, params)).toContain(id);
  });

  test.each([
    [sample('0.169.0', 'fork'), 'fork', [0, 169, 0]],
    [sample('0.169.0', 'fork'), 'rejoin', [0, 169, 0]],
    [sample('0.169.0', 'fork'), 'resume', [0, 164, 0]],
    [sample('0.169.0', 'compacted'), 'rejoin', [0, 169, 0]],
    [sample('0.169.0', 'two-turns'), 'resume', [0, 169, 0]],
    [sample('0.144.6', 'compacted'), 'resume', [0, 169, 0]],
    [sample('0.122.0', 'no-usage'), 'resume', [0, 121, 0]],
  ] as const)('nothing about %s, %s on %j', async (path, lifecycle, version) => {
    expect(await ids(path, lifecycle, version)).toEqual([]);
  });
});

test('a version keeps the contract exactly where no deviation touches', async () => {
  let compared = 0;
  const names = readdirSync('test/oracle').filter((entry) => existsSync(join('test/oracle', entry, 'rollout.jsonl')));
  for (const [i, name] of names.entries()) {
    for (const version of versions.filter((_, at) => (at - i) % ONE_IN === 0)) {
      const history = await factsFor(join('test/oracle', name, 'rollout.jsonl'), version);
      for (const lifecycle of lifecycles) {
        const real = versionOutcome(history, lifecycle, version);
        const owed = contractOutcome(history, lifecycle, version);
        const touching = touchingDeviations(history, lifecycle, version);
        const isKept = real.error?.code === owed.error?.code && real.usage?.turnId === owed.usage?.turnId;
        expect(isKept, `${name} ${lifecycle} ${version}: ${touching.map(({ id }) => id)}`).toBe(touching.length === 0);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThanOrEqual(names.length * 3);
});
