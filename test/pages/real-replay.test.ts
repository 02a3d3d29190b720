import { expect, test } from 'vitest';
import { pinnedCodexBinary } from '../support/codex.ts';
import { describePages } from './open.ts';

const binary = pinnedCodexBinary();

describePages('the page of a replay on real Codex', ({ make, open }) => {
  test.skipIf(!binary)('shows between which messages the usage of a resumed fork is missing', async () => {
    const args = ['--resume', 'samples/0.169.0/fork-with-turn.jsonl', '--server', 'codex', '--codex-bin', binary ?? ''];
    const { page, faults, close } = await open(await make('replay', ...args));
    const missing = page.locator('.missing');
    expect(await missing.innerText()).toContain('thread/tokenUsage/updated is missing here');
    const before = page.locator('.messages > li', {
      has: page.locator('xpath=following-sibling::li[1][@class="missing"]'),
    });
    expect(await before.innerText()).toMatch(/thread\/resume\s+response/);
    expect(await missing.locator('use[href^="#to-"]').count()).toBe(1);
    const dashes = (row: string) =>
      page.evaluate<string>(`getComputedStyle(document.querySelector('${row} .lanes')).strokeDasharray`);
    expect([await dashes('.missing'), await dashes('.response')]).toEqual(['4px, 3px', 'none']);
    expect(faults).toEqual([]);
    await close();
  });
});
