import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { CheckedRollout } from '../../src/check/finding.ts';
import { runCli } from '../support/run-cli.ts';
import { commands } from './commands.ts';
import { describePages, jsonOf, numberIn, rowsOf } from './open.ts';

/** The text of the template with the model, when it runs in the page. */
const MODEL = 'document.querySelector("template#model").content.textContent';

const { turns, size, tree, check, compat } = commands;
const paths: Readonly<Record<string, readonly string[]>> = { turns, size, tree, check, compat };

describePages('the numbers of a page are those of --json', ({ make, open, file }) => {
  test.each(Object.entries(paths))('%s: the model in the page', async (_, args) => {
    const { page, close } = await open(await make(...args));
    const { stdout } = await runCli([...args, '--json']);
    expect(await page.evaluate<string>(MODEL)).toBe(stdout);
    await close();
  });

  test('turns: own usage and context', async () => {
    const { page, close } = await open(await make(...commands.turns));
    const { turns } = await jsonOf(...commands.turns);
    const rows = await rowsOf(page, 'Turns and what they used');
    expect(rows.map((row) => numberIn(row['own usage']))).toEqual(
      turns.map(({ ownUsage }: { ownUsage: { total_tokens: number } }) => ownUsage.total_tokens),
    );
    expect(rows.map(({ context }) => numberIn(context))).toEqual(
      turns.map(({ contextTokens }: { contextTokens: number }) => contextTokens),
    );
    await close();
  });

  test('turns: the window, compactions, rollbacks and the owner of the restored usage are marked', async () => {
    const marksOf = async (rollout: string) => {
      const { page, close } = await open(await make('turns', rollout));
      const marks = ['limit', 'band', 'undone', 'owner', 'bar-other'] as const;
      const counts = await Promise.all(marks.map((kind) => page.locator(`.chart .${kind}`).count()));
      const legend = await page.locator('.legend').innerText();
      await close();
      return { ...Object.fromEntries(marks.map((kind, i) => [kind, counts[i]])), legend };
    };
    const compacted = await marksOf('samples/0.169.0/compacted.jsonl');
    expect(compacted).toMatchObject({ limit: 1, band: 2, undone: 0, owner: 1, 'bar-other': 0 });
    expect(compacted.legend).toContain('the window of 258,400 tokens');
    const undone = await marksOf('test/oracle/x_real_rollback/rollout.jsonl');
    expect(undone).toMatchObject({ limit: 1, band: 0, undone: 2, owner: 1 });
    expect(undone.legend).toContain('a rollback took turns back: 1,050 tokens');
    expect(await marksOf('samples/0.144.6/fork-with-turn.jsonl')).toMatchObject({ 'bar-other': 2, owner: 1 });
  });

  test('size: causes and kinds of lines', async () => {
    const { page, close } = await open(await make(...size));
    const { bytes, causes, kinds } = await jsonOf(...size);
    const shown = await rowsOf(page, 'Causes, largest first');
    expect(shown.map(({ cause, bytes: amount }) => [cause, numberIn(amount)])).toEqual(
      causes.map((each: { name: string; bytes: number }) => [each.name, each.bytes]),
    );
    expect(shown.reduce((sum, row) => sum + numberIn(row.bytes), 0)).toBe(bytes);
    const lines = await rowsOf(page, 'Kinds of lines, largest first');
    expect(lines.map((row) => [row.kind, numberIn(row.lines), numberIn(row.bytes)])).toEqual(
      kinds.map((each: { kind: string; records: number; bytes: number }) => [each.kind, each.records, each.bytes]),
    );
    await close();
  });

  test('tree: threads, days and models', async () => {
    const { page, close } = await open(await make(...tree));
    const { threads, total } = await jsonOf(...tree);
    const shown = await rowsOf(page, 'Threads and what they spent');
    const sorted = (numbers: number[]) => numbers.sort((a, b) => a - b);
    for (const [title, key] of [
      ['own usage', 'ownUsage'],
      ['inherited', 'inheritedUsage'],
    ] as const) {
      expect(sorted(shown.map((row) => numberIn(row[title])))).toEqual(
        sorted(threads.map((thread: Record<string, { total_tokens: number }>) => thread[key]?.total_tokens)),
      );
    }
    const top = shown.filter((row) => row.thread?.startsWith('level 1'));
    const wholes = top.map((row) => numberIn(row['own usage']) + numberIn(row['below it']));
    expect(wholes.reduce((sum, each) => sum + each)).toBe(total.total_tokens);
    for (const by of ['day', 'model']) {
      const { groups } = await jsonOf(...tree, '--by', by);
      const rows = await rowsOf(page, `What was spent by ${by}`);
      expect(rows.map(({ tokens, in: input, out }) => [tokens, input, out].map(numberIn))).toEqual(
        groups.map(({ usage }: { usage: Record<string, number> }) => [
          ...[usage.total_tokens, usage.input_tokens, usage.output_tokens],
        ]),
      );
    }
    await close();
  });

  test('check: rollouts and findings, what follows behind its cause', async () => {
    const { page, close } = await open(await make(...check));
    const { rollouts } = await jsonOf(...check);
    const rows = await rowsOf(page, 'Rollouts and their findings');
    for (const { path, status, findings } of rollouts as CheckedRollout[]) {
      const row = rows.find(({ rollout }) => rollout === path);
      expect(row?.result, path).toBe(
        findings.length === 0 ? undefined : { pass: 'passed', fail: 'failed' }[status as 'pass'],
      );
      for (const { id } of findings.filter(({ because }) => because === null)) {
        const same = findings.filter((each) => each.because === null && each.id === id);
        expect(row?.[id]?.replace(/^\w+: /, ''), `${path} ${id}`).toBe(`${same.length}`);
      }
    }
    const mark = page.locator('.findings > li').filter({ hasText: 'byte-order-mark' });
    const folded = mark.getByText('there is no session_meta in it');
    expect(await folded.isVisible()).toBe(false);
    await mark.locator('summary').click();
    expect(await folded.isVisible()).toBe(true);
    await close();
  });

  test('check: --reporter html=FILE writes the same page, again and again, and nothing else in its place', async () => {
    const page = await readFile(await make(...check), 'utf8');
    for (const run of [1, 2]) {
      await runCli([...check, '--reporter', `html=${file('report.html')}`]);
      expect(await readFile(file('report.html'), 'utf8'), `run ${run}`).toBe(page);
    }
    await writeFile(file('notes.html'), 'mine');
    const refused = await runCli([...check, '--reporter', `html=${file('notes.html')}`]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is not replaced')]);
    expect(await readFile(file('notes.html'), 'utf8')).toBe('mine');
  });

  test('compat: spans of versions, how they compare, and why', async () => {
    const { page, close } = await open(await make(...compat));
    const { rollouts } = await jsonOf(...compat);
    for (const { path, lifecycles } of rollouts) {
      const rows = await rowsOf(page, `Answers: ${path}`);
      const spans = lifecycles.flatMap((each: { spans: object[] }) => each.spans);
      expect(rows.length).toBe(spans.length);
      for (const [i, { first, last, usage, rules }] of spans.entries()) {
        expect(rows[i]?.versions).toBe(first === last ? first : `${first}…${last}`);
        if (usage)
          expect(rows[i]?.answer?.replaceAll(',', '')).toContain(`usage ${usage.tokenUsage.total.totalTokens} `);
        if (rules.length > 0) expect(rows[i]?.why).not.toBe('');
      }
      const strips = page.locator('table').first().locator('tbody tr', { hasText: path });
      expect(await strips.locator('rect').count()).toBe(spans.length);
    }
    await close();
  });

  test('counts of 64 bits keep all their digits', async () => {
    const { page, close } = await open(await make('tree', 'test/oracle/int_i64_max/rollout.jsonl'));
    expect(await page.locator('td').allInnerTexts()).toContain('9,223,372,036,854,775,807');
    await close();
  });
});
