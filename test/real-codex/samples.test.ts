import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restoreUsage } from '../../src/index.ts';
import { versionOutcome } from '../../src/lifecycle/deviations.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { pinnedCodex } from '../support/codex.ts';
import { factsFor } from '../support/facts.ts';
import { describeRealCodex, runLifecycle, withAppServer } from '../support/real-codex.ts';
import { homeWith } from '../support/sample-home.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

const samples = new URL('../../samples/', import.meta.url).pathname;
const versions = readdirSync(samples).filter((name) => /^\d/.test(name));

/** Ancestors first: in a new home the pinned Codex knows the turns of a fork only when it has loaded its ancestors. */
const order = ['fork-parent', 'fork', 'fork-of-fork', 'fork-with-turn'];
const rank = (path: string) => order.indexOf(path.replace(/.*\/|\.jsonl/g, ''));

const steps = [
  { name: 'cold resume', method: 'thread/resume', lifecycle: 'resume', params: {} },
  { name: 'rejoin', method: 'thread/resume', lifecycle: 'rejoin', params: {} },
  { name: 'rejoin without turns', method: 'thread/resume', lifecycle: 'rejoin', params: { excludeTurns: true } },
  { name: 'fork', method: 'thread/fork', lifecycle: 'fork', params: {} },
  { name: 'fork without turns', method: 'thread/fork', lifecycle: 'fork', params: { excludeTurns: true } },
] as const;

describeRealCodex('the app-server does with every sample what the model says, with the usage that usage says', () => {
  test.each(versions)('samples of Codex %s, resumed, rejoined and forked', { timeout: 120_000 }, async (version) => {
    const paths = readdirSync(join(samples, version)).map((name) => join(samples, version, name));
    paths.sort((a, b) => rank(a) - rank(b));
    let threads: { threadId: string }[] = [];
    const prepare = async (home: string) => {
      threads = await homeWith(paths, home);
    };
    let agreed = 0;
    await withAppServer(prepare, async (server) => {
      for (const { name, method, lifecycle, params } of steps) {
        for (const [i, { threadId }] of threads.entries()) {
          const path = paths[i] as string;
          const expected = versionOutcome(await factsFor(path, pinnedCodex), lifecycle, pinnedCodex, params);
          const seen = await runLifecycle(server, method, threadId, params);
          const { tokenUsageInfo } = await restoreUsage(path);
          if (seen.usage) expect(threadTokenUsage(seen.usage), `${name} of ${path}`).toEqual(tokenUsageInfo);
          expect(
            {
              messages: seen.messages,
              turns: seen.turns,
              turnId: seen.usage && JSON.parse(seen.usage).params.turnId,
              tokenUsage: seen.usage && toWire(threadTokenUsage(seen.usage), true),
            },
            `${name} of ${path}`,
          ).toEqual({
            messages: expected.messages,
            turns: expected.turns.map(({ id, status }) => [id, status]),
            turnId: expected.usage?.turnId ?? null,
            tokenUsage: expected.usage?.tokenUsage ?? null,
          });
          agreed++;
        }
      }
    });
    console.log(`Codex 0.169.0 on the samples of ${version}: ${agreed} resumes, rejoins and forks as predicted`);
    expect(agreed).toBe(steps.length * paths.length);
  });
});
