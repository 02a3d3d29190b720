import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { predictLifecycle } from '../../src/lifecycle/predict.ts';
import { caseRollout, homeWithProvider, rolloutsOf } from '../support/case-homes.ts';
import { temporaryFolder } from '../support/rollout.ts';

/** Measured on 0.164.0, 0.166.0 and 0.169.0, each in a home that had met the thread, and in one that had not. */
describe('settings that name another model provider than the session_meta', () => {
  const said = {
    '0.166.0': 'This chat uses acme, but your current provider is mock. Switch to acme to continue.',
    '0.169.0':
      "failed to load configuration: Cannot change this thread's model provider from `acme` to `mock` on resume.",
  } as const;
  const answer = async (path: string, lifecycle: 'resume' | 'rejoin' | 'fork', emulate: string, home: 'used' | 'new') =>
    (await predictLifecycle(path, { lifecycle, emulate, home })).error?.message ?? 'answered';

  test.each(['0.166.0', '0.169.0'] as const)('%s resumes a paginated thread at the second attempt', async (version) => {
    const home = homeWithProvider(temporaryFolder(), 'acme');
    const path = rolloutsOf(home).find((each) => each.endsWith('a603.jsonl')) as string;
    expect(await answer(path, 'resume', version, 'new')).toBe(said[version]);
    expect(await answer(path, 'rejoin', version, 'new')).toBe('answered');
    expect(await answer(path, 'resume', version, 'used')).toBe('answered');
    expect(await answer(path, 'fork', version, 'new')).toBe('answered');
    expect(await answer(path, 'resume', '0.164.0', 'new')).toBe('answered');
  });

  test.each(['0.166.0', '0.169.0'] as const)('%s never resumes a legacy thread', async (version) => {
    const path = legacyRollout();
    expect(await answer(path, 'resume', version, 'used')).toBe(said[version]);
    expect(await answer(path, 'rejoin', version, 'used')).toBe(said[version]);
    expect(await answer(path, 'fork', version, 'used')).toBe('answered');
    expect(await answer(path, 'resume', '0.164.0', 'used')).toBe('answered');
  });
});

/** A legacy rollout of the provider `acme` whose last settings name `mock`. */
function legacyRollout(): string {
  const path = join(temporaryFolder(), 'rollout.jsonl');
  const thread = readFileSync('samples/0.144.6/two-turns.jsonl', 'utf8');
  const settings = readFileSync(caseRollout('provider-rewrite', 'a603.jsonl'), 'utf8')
    .split('\n')
    .find((line) => line.includes('thread_settings_applied')) as string;
  writeFileSync(path, `${thread.replace('"model_provider":"mock"', '"model_provider":"acme"')}${settings}\n`);
  return path;
}
