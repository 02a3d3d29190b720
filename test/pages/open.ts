import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { installedChromium, launch, type OpenedPage, openPage } from '../support/browser.ts';
import { runCli } from '../support/run-cli.ts';

/** What a test may do with the browser of its file. */
export interface Pages {
  /** Runs a command with `--html`. @returns the path of its page */
  readonly make: (...args: string[]) => Promise<string>;
  readonly open: (path: string) => Promise<OpenedPage>;
  /** A path for a file that goes away with the tests. */
  readonly file: (name: string) => string;
}

/** Tests with a browser of their own. Where none is installed they are skipped aloud; in CI they must run. */
export function describePages(name: string, tests: (pages: Pages) => void): void {
  const isSkipped = installedChromium() === undefined && process.env.CI === undefined;
  if (isSkipped) console.warn(`no Chromium is on the PATH: skipping "${name}"`);
  describe.skipIf(isSkipped)(name, () => {
    let browser: Browser;
    let folder = '';
    let made = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pages-test-'));
      browser = await launch();
    });
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });
    tests({
      make: async (...args) => {
        const path = join(folder, `${made++}.html`);
        const { stderr } = await runCli([...args, '--html', path]);
        expect(stderr).not.toContain('cannot write');
        return path;
      },
      open: (path) => openPage(browser, path),
      file: (name) => join(folder, name),
    });
  });
}

/** What `--json` prints. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
export async function jsonOf(...args: string[]): Promise<any> {
  return JSON.parse((await runCli([...args, '--json'])).stdout);
}

/** The rows of the table with this caption, each by the titles of its columns. */
export function rowsOf(page: Page, caption: string): Promise<Record<string, string>[]> {
  return page.evaluate<Record<string, string>[]>(`(() => {
    const table = [...document.querySelectorAll('table')].find(({ caption }) => caption?.textContent === ${JSON.stringify(caption)});
    const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    return [...table.tBodies[0].rows].map((row) =>
      Object.fromEntries([...row.cells].map((cell, i) => [titles[i], cell.textContent.trim()])));
  })()`);
}

/** The number that a cell shows. */
export function numberIn(text: string | undefined): number {
  return Number(text?.replaceAll(',', ''));
}

/** Clicks on everything that can be unfolded, also on what that brings, and waits until the page has drawn it. */
export async function openEverything(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    for (;;) {
      const folded = [...document.querySelectorAll('details:not([open]) > summary')];
      if (folded.length === 0) return;
      for (const each of folded) each.click();
      await new Promise(requestAnimationFrame);
    }
  })()`);
}
