import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import { describeRealCodex } from '../../support/real-codex.ts';

/**
 * A group of tests with a real client, beside the pinned Codex. Where `tool`, which the client needs, is missing they are
 * skipped aloud; in CI they must run.
 */
export function describeClient(name: string, tool: string, tests: () => void): void {
  if (spawnSync(tool, ['-V'], { stdio: 'ignore' }).error === undefined) {
    describeRealCodex(name, tests);
    return;
  }
  const message = `there is no ${tool} here: skipping "${name}"`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  describe.skip(name, tests);
}
