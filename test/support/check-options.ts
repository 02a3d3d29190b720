import type { CheckOptions } from '../../src/check/check-rollout.ts';
import { RolloutFinder } from '../../src/history/finder.ts';

/** What `check` does when nothing was asked for, but for `more`. */
export function checkOptions(more: Partial<CheckOptions> = {}): CheckOptions {
  return {
    versions: null,
    codexHome: undefined,
    finder: (version) => new RolloutFinder(version),
    requireExpected: false,
    maxResumeMb: undefined,
    watchers: [],
    severities: new Map(),
    update: false,
    onWritten: () => {},
    live: undefined,
    ...more,
  };
}
