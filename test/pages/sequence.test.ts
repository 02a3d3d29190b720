import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { barriers } from '../support/browser.ts';
import { commands } from './commands.ts';
import { describePages, jsonOf, rowsOf } from './open.ts';
import { recordedWith, tapOfTwoClients } from './recordings.ts';

const rows = (page: Page) => page.locator('.messages > li:visible');

describePages('the page of a replay', ({ make, open, file }) => {
  test('shows the verdict, the checks and where usage is missing', async () => {
    const { page, close } = await open(await make(...commands.replay));
    const { verdict, checks } = await jsonOf(...commands.replay);
    expect(await page.locator('header .verdict').innerText()).toBe(verdict);
    expect((await rowsOf(page, 'Checks and their results')).map(({ check, result }) => [check, result])).toEqual(
      checks.map(({ id, status }: { id: string; status: string }) => [id, status]),
    );
    const missing = page.locator('.missing');
    expect(await missing.innerText()).toContain('thread/tokenUsage/updated is missing here');
    expect(await page.locator('li:not(.missing) + .missing').innerText()).toContain('usage-present: expected');
    expect(await page.locator('.messages .badge').allInnerTexts()).toEqual([`resume: ${verdict}`]);
    await close();
  });

  test('ties requests to their answers', async () => {
    const { page, close } = await open(await make(...commands.rejoin));
    for (const request of await page.locator('.messages > .request').allInnerTexts()) {
      const [, seq, took] = /answered by message (\d+) after ([\d.]+) ms/.exec(request) ?? [];
      const [own] = /^\d+/.exec(request) ?? [];
      expect(await page.locator(`#m${seq}`).innerText()).toContain(`answers message ${own} after ${took} ms`);
    }
    await close();
  });

  test('a filter leaves the messages of one method; a message shows its body', async () => {
    const { page, close } = await open(await make(...commands.rejoin));
    const all = await rows(page).count();
    await page.getByLabel('Method').selectOption('thread/tokenUsage/updated');
    const usage = await rows(page).allInnerTexts();
    expect(usage.length).toBe(2);
    for (const text of usage) expect(text).toContain('thread/tokenUsage/updated');
    await rows(page).first().locator('summary').click();
    const body = await rows(page).first().locator('pre').innerText();
    expect(JSON.parse(body).method).toBe('thread/tokenUsage/updated');
    await page.getByLabel('Connection').selectOption('client');
    expect(await rows(page).count()).toBe(1);
    await page.getByLabel('Connection').selectOption('all');
    await page.getByLabel('Method').selectOption('all');
    expect(await rows(page).count()).toBe(all);
    await close();
  });

  test('a long recording is shown in pages, filtered as a whole, and its large bodies on demand', async () => {
    const text = `begin${'x'.repeat(50_000)}end`;
    const notifications = Array.from({ length: 420 }, (_, i) => ({ method: i % 2 ? 'odd' : 'even', params: { i } }));
    const recording = await recordedWith(file('long.ndjson'), [
      ...notifications,
      { method: 'large', params: { text } },
    ]);
    const { page, faults, close } = await open(await make(...recording));
    expect(await rows(page).count()).toBe(200);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await rows(page).count()).toBe(400);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await page.getByRole('button').count()).toBe(0);
    await page.getByLabel('Method').selectOption('odd');
    expect(await rows(page).count()).toBe(200);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await rows(page).count()).toBe(210);
    await page.getByLabel('Method').selectOption('large');
    await rows(page).locator('summary').click();
    expect((await rows(page).locator('pre').innerText()).length).toBe(20_000);
    await page.getByRole('button', { name: /^Show all [\d,]+ characters$/ }).click();
    expect(JSON.parse(await rows(page).locator('pre').innerText()).params.text).toBe(text);
    expect(faults).toEqual([]);
    await close();
  });

  test('however long a recording is, only rows that are shown stand in the page', async () => {
    const notifications = Array.from({ length: 2000 }, (_, i) => ({ method: i % 2 ? 'odd' : 'even', params: { i } }));
    const recording = await recordedWith(file('longer.ndjson'), [...notifications, { method: 'last' }]);
    const { page, close } = await open(await make(...recording));
    const standing = page.locator('.messages > li');
    await page.getByLabel('Method').selectOption('last');
    expect(await standing.count()).toBe(1);
    expect(await page.getByRole('status').innerText()).toBe('1 shown');
    await page.getByLabel('Method').selectOption('odd');
    expect(await standing.count()).toBe(200);
    expect(await page.getByRole('status').innerText()).toBe('the first 200 shown');
    await close();
  });

  test('notifications of one method in a row are one row, which holds all their bodies', async () => {
    const deltas = Array.from({ length: 120 }, (_, i) => ({ method: 'item/agentMessage/delta', params: { i } }));
    const { page, close } = await open(await make(...(await recordedWith(file('deltas.ndjson'), deltas))));
    await page.getByLabel('Method').selectOption('item/agentMessage/delta');
    expect(await rows(page).allInnerTexts()).toEqual([expect.stringContaining('120 notifications in 119.0 ms')]);
    await rows(page).locator('summary').click();
    await page.getByRole('button', { name: 'more of them: 70' }).click();
    await page.getByRole('button', { name: 'more of them: 20' }).click();
    const bodies = await rows(page).locator('pre').allInnerTexts();
    expect(bodies.map((body) => JSON.parse(body))).toEqual(deltas);
    await close();
  });

  test('lists the lifecycles of a tap, each with a link to its message and its checks', async () => {
    const args = await tapOfTwoClients(file('tap.ndjson'), file('home'));
    const { page, faults, close } = await open(await make(...args));
    const { lifecycles } = await jsonOf(...args);
    expect(lifecycles.length).toBe(3);
    expect(
      (await rowsOf(page, 'Lifecycles and verdicts')).map(({ lifecycle, verdict }) => [lifecycle, verdict]),
    ).toEqual(lifecycles.map((each: Record<string, unknown>) => [each.lifecycle, each.verdict]));
    await page.getByLabel('Connection').selectOption('c2');
    expect(await rows(page).filter({ hasNotText: 'c2' }).count()).toBe(0);
    const link = page.locator('table a').first();
    await link.click();
    await page.locator(`#m${await link.innerText()} summary:focus`).waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
