import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { barriers, installedChromium, launch, openPage } from '../support/browser.ts';
import { hostileTexts } from '../support/hostile-texts.ts';
import { runCli } from '../support/run-cli.ts';

const FORKED = 'samples/0.169.0/fork-with-turn.jsonl';

/** The text of the template with the model, when it runs in the page. */
const MODEL = 'document.querySelector("template#model").content.textContent';

const CI = process.env.CI !== undefined;

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

let browser: Browser;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command with `--html` and returns the page's path. */
async function pageOf(name: string, ...args: string[]): Promise<string> {
  const path = join(folder, `${name}.html`);
  const { stderr } = await runCli([...args, '--html', path]);
  expect(stderr).not.toContain('rollout-inspect:');
  return path;
}

const commands: readonly (readonly [string, readonly string[]])[] = [
  ['replay', ['replay', '--resume', 'samples/0.169.0/fork.jsonl', '--server', 'embedded', '--quiet-ms', '20']],
  ['observed', ['replay', '--rejoin', 'samples/0.169.0/two-turns.jsonl', '--server', 'embedded', '--quiet-ms', '20']],
  ['recording', ['replay', '--transcript', 'samples/captures/fork-0.169.0.ndjson', '--fork', FORKED]],
  ['turns', ['turns', 'samples/0.169.0/compacted.jsonl']],
  ['size', ['size', 'samples/0.169.0/compacted.jsonl']],
  ['sizes', ['size', 'samples/0.144.6']],
];

describe.skipIf(installedChromium() === undefined && !CI)('in a browser', () => {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test.each(commands)('%s can be read by everybody and asks for nothing', async (name, args) => {
    const path = await pageOf(name, ...args);
    const { page, faults, close } = await openPage(browser, path);
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
    await close();
  });

  test('the page of a replay shows the verdict, the checks and the messages of --json', async () => {
    const args = commands[0]?.[1] ?? [];
    const { page, close } = await openPage(browser, await pageOf('replay', ...args));
    const model = JSON.parse(await page.evaluate<string>(MODEL));
    expect(await page.locator('#verdict').innerText()).toBe(model.verdict);
    expect(await page.locator('table tbody tr').count()).toBe(model.checks.length);
    const failed = model.checks.filter(({ status }: { status: string }) => status === 'fail');
    expect(await page.locator('table .bad').count()).toBe(failed.length);
    expect(await page.locator('.missing').innerText()).toContain('thread/tokenUsage/updated is missing here');
    expect(await page.locator('li:not(.missing) + .missing').count()).toBe(1);
    await close();
  });

  test('a filter leaves the messages of one method; a message shows its body', async () => {
    const args = commands[1]?.[1] ?? [];
    const { page, close } = await openPage(browser, await pageOf('observed', ...args));
    await page.getByLabel('Method').selectOption('thread/tokenUsage/updated');
    const visible = page.locator('.messages > li:visible');
    expect(await visible.count()).toBeGreaterThan(0);
    for (const text of await visible.allInnerTexts()) expect(text).toContain('thread/tokenUsage/updated');
    await visible.first().locator('summary').click();
    const body = await visible.first().locator('pre').innerText();
    expect(JSON.parse(body).method).toBe('thread/tokenUsage/updated');
    await close();
  });

  test('the page of turns has the numbers of --json, with all digits', async () => {
    const args = ['turns', 'samples/0.169.0/compacted.jsonl'];
    const { page, close } = await openPage(browser, await pageOf('turns', ...args));
    const { stdout } = await runCli([...args, '--json']);
    expect(await page.evaluate<string>(MODEL)).toBe(stdout);
    const shown = await page.locator('table tbody tr td:nth-child(5)').allInnerTexts();
    const { turns } = JSON.parse(stdout);
    const own = turns.map(({ ownUsage }: { ownUsage: { total_tokens: number } }) => ownUsage.total_tokens);
    expect(shown.map((text) => Number(text.replaceAll(',', '')))).toEqual(own);
    await close();
  });

  test('a long recording is shown in pages', async () => {
    const { page, faults, close } = await openPage(browser, await longRecording(450));
    const shown = () => page.locator('.messages > li').count();
    expect(await shown()).toBe(200);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await shown()).toBe(400);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await page.getByRole('button').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  test('foreign texts run nothing and are shown as text', async () => {
    // A lone surrogate cannot stand in a recording.
    const texts = [...hostileMarkup, ...hostileTexts].filter((text) => text !== '\ud800');
    expect(texts.length).toBeGreaterThanOrEqual(64);
    const { page, faults, close } = await openPage(browser, await hostileRecording(texts));
    await openEverything(page);
    expect(faults).toEqual([]);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img, iframe, object, embed, base, link, form, video, math').count()).toBe(0);
    const bodies = await page.locator('pre').allInnerTexts();
    const params = bodies.map((text) => JSON.parse(text).params?.message);
    for (const text of texts) expect(params).toContain(text);
    await close();
  });
});

test('a page is small, and holds no address that it could ask', async () => {
  const path = await pageOf('small', ...(commands[0]?.[1] ?? []));
  const text = await readFile(path, 'utf8');
  expect(text.length).toBeLessThan(300_000);
  expect(text).toContain("default-src 'none'");
});

/** Opens every message, and waits until the page has drawn them. */
async function openEverything(page: Page): Promise<void> {
  await page.evaluate(
    'for (const each of document.querySelectorAll("details")) each.open = true; new Promise(requestAnimationFrame)',
  );
}

/** The page of a recording whose notifications say these texts in every place that may hold one. */
async function hostileRecording(texts: readonly string[]): Promise<string> {
  const notifications = texts.map((text) => ({
    method: text,
    params: { message: text, threadId: text, [text]: text },
  }));
  return pageOfRecording('hostile', notifications);
}

async function longRecording(count: number): Promise<string> {
  const notifications = Array.from({ length: count - 30 }, (_, i) => ({ method: 'x', params: { i } }));
  return pageOfRecording('long', notifications);
}

/** The page of a recorded fork to which these notifications were added. */
async function pageOfRecording(name: string, notifications: readonly object[]): Promise<string> {
  const recorded = await readFile('samples/captures/fork-0.169.0.ndjson', 'utf8');
  const entries = recorded
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = entries.at(-1);
  const added = notifications.map((message, i) => ({
    ...{ seq: last.seq + 1 + i, atMs: last.atMs + i, connection: 'client', direction: 'received' },
    message,
  }));
  const path = join(folder, `${name}.ndjson`);
  await writeFile(path, [...entries, ...added].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return pageOf(name, 'replay', '--transcript', path, '--fork', FORKED);
}
