import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { describePages, jsonOf, rowsOf } from './open.ts';
import { recordedWith } from './recordings.ts';

describePages('the page of a replay', ({ make, open, file }) => {
  test('shows the verdict, the checks and where usage is missing', async () => {
    const { page, close } = await open(await make(...commands.replay));
    const { verdict, checks } = await jsonOf(...commands.replay);
    expect(await page.locator('#verdict').innerText()).toBe(verdict);
    expect((await rowsOf(page, 'Checks and their results')).map(({ check, result }) => [check, result])).toEqual(
      checks.map(({ id, status }: { id: string; status: string }) => [id, status]),
    );
    expect(await page.locator('.missing').innerText()).toContain('thread/tokenUsage/updated is missing here');
    expect(await page.locator('li:not(.missing) + .missing').count()).toBe(1);
    await close();
  });

  test('a filter leaves the messages of one method; a message shows its body', async () => {
    const { page, close } = await open(await make(...commands.rejoin));
    await page.getByLabel('Method').selectOption('thread/tokenUsage/updated');
    const visible = page.locator('.messages > li:visible');
    expect(await visible.count()).toBeGreaterThan(0);
    for (const text of await visible.allInnerTexts()) expect(text).toContain('thread/tokenUsage/updated');
    await visible.first().locator('summary').click();
    const body = await visible.first().locator('pre').innerText();
    expect(JSON.parse(body).method).toBe('thread/tokenUsage/updated');
    await close();
  });

  test('a long recording is shown in pages', async () => {
    const notifications = Array.from({ length: 420 }, (_, i) => ({ method: 'x', params: { i } }));
    const recording = await recordedWith(file('long.ndjson'), notifications);
    const { page, faults, close } = await open(await make(...recording));
    const shown = () => page.locator('.messages > li').count();
    expect(await shown()).toBe(200);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await shown()).toBe(400);
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    expect(await page.getByRole('button').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
});
