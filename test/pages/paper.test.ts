import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { describePages } from './open.ts';
import { overflowing } from './overflowing.ts';

/** A sheet of A4 without its margins, in pixels. */
const SHEET = { width: 718, height: 1046 };

describePages('on paper', ({ make, open }) => {
  test.each(Object.entries(commands))('%s is whole, and dark on light', async (_, args) => {
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
