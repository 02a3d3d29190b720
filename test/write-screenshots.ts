/** Makes the pictures of docs/pages.md anew, in a Chromium that is installed: fonts may differ between machines. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, openPage } from './support/browser.ts';
import { runCli } from './support/run-cli.ts';

/** Pictures in `docs/`: which section of which page. */
const pictures = {
  'page-replay': {
    heading: 'Messages',
    connection: 'client',
    args: [
      ...['replay', '--transcript', 'samples/captures/fork-resume-0.169.0.ndjson'],
      ...['--resume', 'samples/0.169.0/fork-with-turn.jsonl'],
    ],
  },
  'page-tree': { heading: 'Threads', connection: null, args: ['tree', 'test/forests/spawned-forks-0.164.0/home'] },
} as const;

const browser = await launch();
const folder = await mkdtemp(join(tmpdir(), 'screenshots-'));
for (const [name, { heading, connection, args }] of Object.entries(pictures)) {
  const path = join(folder, `${name}.html`);
  await runCli([...args, '--html', path]);
  const { page, close } = await openPage(browser, path);
  await page.setViewportSize({ width: 1160, height: 800 });
  if (connection !== null) await page.getByLabel('Connection').selectOption(connection);
  const section = page.locator('section').filter({ has: page.getByRole('heading', { name: heading, exact: true }) });
  const clip = { ...(await section.boundingBox()), scale: 1 };
  const devtools = await page.context().newCDPSession(page);
  // A quarter of the bytes of a PNG.
  const { data } = await devtools.send('Page.captureScreenshot', {
    ...{ format: 'webp', quality: 25, captureBeyondViewport: true },
    clip: clip as Required<typeof clip>,
  });
  await writeFile(`docs/${name}.webp`, data, 'base64');
  await close();
}
await browser.close();
await rm(folder, { recursive: true });
