import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { barriers } from '../support/browser.ts';
import { commands } from './commands.ts';
import { describePages, openEverything } from './open.ts';

/** Of a page for an ordinary input, in bytes. */
const SMALL = 300_000;

describePages('every page', ({ make, open }) => {
  test.each(Object.entries(commands))('%s can be read by everybody, asks for nothing and is small', async (_, args) => {
    const path = await make(...args);
    const { page, faults, close } = await open(path);
    await openEverything(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [400, 1400]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await barriers(page), `${width} px, ${colorScheme}`).toEqual([]);
        const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
        expect(overflow, `${width} px wide`).toBeLessThanOrEqual(0);
      }
    }
    expect(faults).toEqual([]);
    expect((await stat(path)).size).toBeLessThan(SMALL);
    await close();
  });
});
