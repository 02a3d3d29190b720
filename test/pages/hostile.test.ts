import { expect, test } from 'vitest';
import { escapeControls } from '../../src/report/escape-controls.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { hostileRollouts } from './hostile-rollouts.ts';
import { describePages, openEverything } from './open.ts';
import { recordedWith } from './recordings.ts';

/** Texts that act in a page when they are not escaped. */
const hostileMarkup = [
  '<script>alert(1)</script>',
  '</script><script>alert(2)</script>',
  '</template><img src=x onerror=alert(3)>',
  '</pre></textarea></title></style><svg onload=alert(4)>',
  '"><img src=x onerror=alert(5)>',
  "' onmouseover='alert(6)",
  '<iframe src="javascript:alert(7)"></iframe>',
  '<a href="javascript:alert(8)">x</a>',
  '<!-- ',
  ']]>',
  '<base href="http://127.0.0.1:9/">',
  '<link rel=stylesheet href="http://127.0.0.1:9/x.css">',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '<style>*{background:url(http://127.0.0.1:9/x)}</style>',
  '<form action="http://127.0.0.1:9/"><button autofocus>',
  '&lt;script&gt;alert(9)&lt;/script&gt;',
  '&#60;img src=x onerror=alert(10)&#62;',
  '<math><mi xlink:href="javascript:alert(11)">',
  '<details open ontoggle=alert(12)>',
  '<video><source onerror=alert(13)>',
  '<object data="javascript:alert(14)">',
  '<embed src="javascript:alert(15)">',
  '<input onfocus=alert(16) autofocus>',
  '<body onload=alert(17)>',
  '\u003cimg src=x onerror=alert(18)\u003e',
  '<plaintext>',

  '{{constructor.constructor("alert(20)")()}}',
  '<template><script>alert(21)</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=alert(22)>">',
];

/** A lone surrogate cannot stand in a file. */
const texts = [...hostileMarkup, ...hostileTexts].filter((text) => text !== '\ud800');

/** Elements that no page has, and that only a text which became markup could bring. */
const FOREIGN =
  'img, iframe, object, embed, base, link, form, video, math, plaintext, marquee, [onerror], [onload], [onmouseover]';

describePages('foreign texts', ({ make, open, file }) => {
  test('are many', () => expect(texts.length).toBeGreaterThanOrEqual(64));

  test('run nothing in a sequence and are shown as text', async () => {
    const notifications = texts.map((text) => ({
      method: text,
      params: { message: text, threadId: text, [text]: text },
    }));
    const recording = await recordedWith(file('hostile.ndjson'), notifications);
    const { page, faults, close } = await open(await make(...recording));
    await openEverything(page);
    expect(faults).toEqual([]);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator(FOREIGN).count()).toBe(0);
    const bodies = await page.locator('pre').allInnerTexts();
    const params = bodies.map((text) => JSON.parse(text).params?.message);
    for (const text of texts) expect(params).toContain(text);
    await close();
  });

  test.each([
    ['tree', ['--by', 'cwd', '--evidence'], true],
    ['check', [], false],
    ['size', [], false],
    ['compat', ['--from', '0.168.0'], true],
  ] as const)('run nothing on the page of %s', async (command, options, isShown) => {
    await hostileRollouts(texts, file('rollouts'));
    const { page, faults, close } = await open(await make(command, file('rollouts'), ...options));
    await openEverything(page);
    expect(faults).toEqual([]);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator(FOREIGN).count()).toBe(0);
    if (isShown) {
      const words = await page.locator('td, th, option').allTextContents();
      for (const text of texts) expect(words.map((each) => each.trim())).toContain(escapeControls(text).trim());
    }
    await close();
  });

  test('run nothing on the page of turns, and are shown as text', async () => {
    const paths = await hostileRollouts(texts, file('rollouts'));
    for (const [i, path] of paths.entries()) {
      if (i % 8 !== 0) continue;
      const { page, faults, close } = await open(await make('turns', path));
      expect(faults).toEqual([]);
      expect(await page.locator(FOREIGN).count()).toBe(0);
      expect(await page.locator('tbody th').first().textContent()).toBe(escapeControls(texts[i] ?? ''));
      await close();
    }
  });
});
