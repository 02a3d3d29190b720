import type { Page } from 'playwright-core';

/** What can be reached with the keyboard, when it runs in the page. */
const CONTROLS = `[...document.querySelectorAll('a[href], button, select, summary, [tabindex="0"]')].filter((each) => each.checkVisibility())`;

/** How many controls a page shows. */
export function controlsOf(page: Page): Promise<number> {
  return page.evaluate<number>(`${CONTROLS}.length`);
}

/** Presses Tab as often as there are controls. @returns how many of them had the focus, and those that did not show it */
export async function walk(page: Page): Promise<{ readonly reached: number; readonly unseen: string[] }> {
  await page.evaluate(`globalThis.reached = new Set(); globalThis.unseen = [];
    addEventListener('focusin', ({ target }) => {
      reached.add(target);
      const { outlineStyle, outlineWidth } = getComputedStyle(target);
      const { right, bottom } = target.getBoundingClientRect();
      const isSeen = outlineStyle !== 'none' && outlineWidth !== '0px' && right > 0 && bottom > 0;
      if (!isSeen) unseen.push(target.outerHTML.slice(0, 100));
    })`);
  for (let left = await controlsOf(page); left > 0; left--) await page.keyboard.press('Tab');
  return page.evaluate('({ reached: reached.size, unseen })');
}
