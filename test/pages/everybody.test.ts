import { stat } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { barriers } from '../support/browser.ts';
import { commands } from './commands.ts';
import { controlsOf, walk } from './keyboard.ts';
import { describePages, openEverything } from './open.ts';

/** Of a page for an ordinary input, in bytes. */
const SMALL = 300_000;

/** A sheet of A4 without its margins, in pixels. */
const SHEET = { width: 718, height: 1046 };

describePages('every page', ({ make, open }) => {
  test.each(Object.entries(commands))('%s can be read by everybody, asks for nothing and is small', async (_, args) => {
    const path = await make(...args);
    expect((await stat(path)).size).toBeLessThan(SMALL);
    const { page, faults, close } = await open(path);

    const controls = await controlsOf(page);
    expect(await walk(page), 'by keyboard').toEqual({ reached: controls, unseen: [] });

    await openEverything(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [400, 1400]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await barriers(page), `${width} px, ${colorScheme}`).toEqual([]);
        expect(await overflowing(page), `${width} px wide`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: 360, height: 900 });
    expect(await overflowing(page), 'at its narrowest').toEqual([]);

    expect(faults).toEqual([]);
    await close();
  });

  test.each(Object.entries(commands))('%s is whole on paper, and dark on light', async (_, args) => {
    const { page, close } = await open(await make(...args));
    await page.setViewportSize(SHEET);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('details:not([open], [data-bodies])').count()).toBe(0);
    expect(await overflowing(page)).toEqual([]);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter((each) => each.scrollWidth > each.clientWidth + 1).length",
      ),
    ).toBe(0);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await close();
  });
});

/** What reaches beyond the right edge of the page, where nobody can scroll to it. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []).concat(
    [...document.querySelectorAll('h1, h2, p, dl, li, figure, select, .scroll')]
      .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest('.scroll > *'))
      .map((each) => each.outerHTML.slice(0, 100)))`);
}
