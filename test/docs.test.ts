import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { consoleSessions, homeOfThePages, runSession } from './support/console-sessions.ts';
import { temporaryFolder } from './support/rollout.ts';

/** When the pages were written: ages in them are counted from here. */
const WRITTEN = new Date('2026-11-24T12:00:00Z');

const pages = ['sessions', 'usage', 'turns', 'replay', 'serve', 'check', 'json', 'troubleshooting', 'how-it-is-known'];

describe.each(pages.filter((page) => consoleSessions(`docs/${page}.md`).length > 0))(
  'every session in docs/%s.md is true',
  (page) => {
    beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: WRITTEN }));
    afterEach(() => vi.useRealTimers());

    test.each(consoleSessions(`docs/${page}.md`))('%s', { timeout: 60_000 }, async (session) => {
      const { came, shown } = await runSession(session, await homeOfThePages(temporaryFolder()));
      expect(came).toEqual(shown);
    });
  },
);
