import type { Page } from 'playwright-core';

/** What reaches beyond the right edge of the page, where nobody can scroll to it. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []).concat(
    [...document.querySelectorAll('h1, h2, p, dl, li, figure, select, .scroll')]
      .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.closest('.scroll > *'))
      .map((each) => each.outerHTML.slice(0, 100)))`);
}
