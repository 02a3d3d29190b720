import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { barriers } from '../support/browser.ts';
import { commands } from './commands.ts';
import { controlsOf, walk } from './keyboard.ts';
import { describePages, openEverything } from './open.ts';
import { overflowing } from './overflowing.ts';

/** Of a page for an ordinary input, in bytes. */
const SMALL = 300_000;

/** A narrow and a wide window, one light and one dark: of each second page the other way round, since all have one style sheet. */
const looks = [
  [
    ['light', 400],
    ['dark', 1400],
  ],
  [
    ['dark', 400],
    ['light', 1400],
  ],
] as const;

describePages('every page', ({ make, open }) => {
  // Several at once: keys are pressed one by one, and each is waited for.
  test.concurrent.each(Object.entries(commands).map(([name, args], i) => [name, args, looks[i % 2] ?? []] as const))(
    '%s can be read by everybody, asks for nothing and is small',
    { timeout: 180_000 },
    async (_, args, seen) => {
      const path = await make(...args);
      expect((await stat(path)).size).toBeLessThan(SMALL);
      const { page, faults, close } = await open(path);

      const controls = await controlsOf(page);
      expect(await walk(page), 'by keyboard').toEqual({ reached: controls, unseen: [] });

      for (const [colorScheme, width] of seen) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.reload();
        await openEverything(page);
        expect(await barriers(page), `${width} px, ${colorScheme}`).toEqual([]);
        expect(await overflowing(page), `${width} px wide`).toEqual([]);
      }
      await page.setViewportSize({ width: 360, height: 900 });
      expect(await overflowing(page), 'at its narrowest').toEqual([]);

      expect(faults).toEqual([]);
      await close();
    },
  );
});
