import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restoreUsage } from '../../src/index.ts';
import { describeRealCodex, usageAfter, withAppServer } from '../support/real-codex.ts';
import { homeWith } from '../support/sample-home.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

const samples = new URL('../../samples/', import.meta.url).pathname;
const versions = readdirSync(samples).filter((name) => /^\d/.test(name));

/** A cold resume of a forked paginated thread sends no usage since Codex 0.166.0, though it restores it. */
const sentOnlyOnFork = ['0.169.0/fork', '0.169.0/fork-with-turn', '0.169.0/fork-of-fork'];

describeRealCodex('what the app-server notifies for a sample is what usage says', () => {
  test.each(versions)('samples of Codex %s, resumed and forked', { timeout: 120_000 }, async (version) => {
    const paths = readdirSync(join(samples, version)).map((name) => join(samples, version, name));
    let threads: { threadId: string; path: string }[] = [];
    const prepare = async (home: string) => {
      threads = await homeWith(paths, home);
    };
    let agreed = 0;
    await withAppServer(prepare, async (server) => {
      for (const method of ['thread/resume', 'thread/fork'] as const) {
        for (const [i, { threadId }] of threads.entries()) {
          const name = `${version}/${paths[i]?.split('/').at(-1)?.replace('.jsonl', '')}`;
          const { tokenUsageInfo } = await restoreUsage(paths[i] as string);
          const sent = await usageAfter(server, method, threadId);
          const isHeldBack = method === 'thread/resume' && sentOnlyOnFork.includes(name);
          const expected = isHeldBack ? null : tokenUsageInfo;
          expect(sent ? threadTokenUsage(sent) : null, `${method} of ${name}`).toEqual(expected);
          agreed++;
        }
      }
    });
    console.log(`Codex 0.169.0 on the samples of ${version}: ${agreed} resumes and forks agree`);
    expect(agreed).toBe(2 * paths.length);
  });
});
