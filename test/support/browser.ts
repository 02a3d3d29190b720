import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Names of a Chromium on the PATH. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const installed: { name?: string | undefined } = {};

/** The Chromium of this machine by its name, or undefined when there is none; it is asked for once. */
export function installedChromium(): string | undefined {
  if (!('name' in installed)) installed.name = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);
  return installed.name;
}

export function launch(): Promise<Browser> {
  const name = installedChromium();
  if (name === undefined) throw new Error(`none of ${NAMES.join(', ')} is on the PATH`);
  const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return chromium.launch({ executablePath: stdout.trim(), args: ['--no-sandbox'] });
}

/** A page that was opened, and what happened in it that should not. */
export interface OpenedPage {
  readonly page: Page;
  /** Requests besides the one for the page itself, errors of scripts and of the policy, and dialogs. */
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens the file at `path` in a context of its own. */
export async function openPage(browser: Browser, path: string): Promise<OpenedPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const url = pathToFileURL(path).href;
  const faults: string[] = [];
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) faults.push(`request of ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/** What axe finds wrong for people with disabilities, a line each. */
export async function barriers(page: Page): Promise<string[]> {
  // The page's policy forbids scripts that are added to it; the debugger may evaluate.
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source);
  const results = await page.evaluate<axe.AxeResults>('axe.run({ resultTypes: ["violations"] })');
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
