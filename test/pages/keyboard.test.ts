import { expect, test } from 'vitest';
import { commands } from './commands.ts';
import { describePages } from './open.ts';

describePages('by keyboard', ({ make, open }) => {
  test('the first key leads past the heading', async () => {
    const { page, close } = await open(await make(...commands.replay));
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    await close();
  });

  test('a filter is chosen, and a message is opened and read', async () => {
    const { page, close } = await open(await make(...commands.rejoin));
    await page.getByLabel('Method').focus();
    await page.keyboard.type('thread/token');
    const rows = page.locator('.messages > li:visible');
    expect(await rows.count()).toBe(2);
    expect(await page.getByRole('status').innerText()).toBe('2 shown');
    await rows.first().locator('summary').focus();
    await page.keyboard.press('Enter');
    await rows.first().locator('pre').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('pre:focus').waitFor();
    await close();
  });
});
