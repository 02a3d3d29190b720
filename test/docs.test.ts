import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { consoleSessions, homeOfThePages, runSession } from './support/console-sessions.ts';
import { temporaryFolder } from './support/rollout.ts';

/** When the pages were written: ages in them are counted from here. */
const WRITTEN = new Date('2026-11-24T12:00:00Z');

const pages = readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [name.slice(0, -'.md'.length)] : []));

/** The sessions of a page, but for those that fetch something: test/codex-versions/compat.test.ts installs versions. */
function sessionsOf(page: string): readonly string[] {
  return consoleSessions(`docs/${page}.md`).filter((session) => !/--install|git clone/.test(session));
}

describe.each(pages.filter((page) => sessionsOf(page).length > 0))('every session in docs/%s.md is true', (page) => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: WRITTEN }));
  afterEach(() => vi.useRealTimers());

  test.each(sessionsOf(page))('%s', { timeout: 60_000 }, async (session) => {
    const { came, shown } = await runSession(session, await homeOfThePages(temporaryFolder()));
    expect(came).toEqual(shown);
  });
});
