import { execFileSync } from 'node:child_process';
import { createReadStream, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { expectation, recording, reports } from '../../src/files/kinds.ts';
import { OutputFile, writeOutput } from '../../src/files/output-file.ts';
import { bundledModule } from '../support/bundled-module.ts';
import { sessionMeta, temporaryFolder, threadA, tokenCount } from '../support/rollout.ts';

const outputFileModule = bundledModule('src/files/output-file.ts');
const kindsModule = bundledModule('src/files/kinds.ts');

const free = { inputs: [], force: false };
const forced = { inputs: [], force: true };
const entry = '{"seq":1,"atMs":0.1,"connection":"client","direction":"sent","message":{}}\n';

function fileWith(content: string | Buffer, name = 'file'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('what stands there stays', () => {
  const records = `${sessionMeta(threadA)}\n${tokenCount(100)}\n`;
  const long = sessionMeta(threadA, { base_instructions: { text: 'x'.repeat(2_000_000) } });
  test.each<[string, string, string | Buffer, string]>([
    ['a rollout', 'notes.txt', records, 'it holds records of a rollout'],
    ['a rollout with a byte order mark', 'notes.txt', `\ufeff${records}`, 'it holds records of a rollout'],
    ['a rollout whose head is lost', 'notes.txt', `garbage\n${tokenCount(1)}\n`, 'it holds records of a rollout'],
    ['a rollout with a long head', 'notes.txt', long, 'it holds records of a rollout'],
    [
      'a rollout of the oldest kind',
      'notes.txt',
      '{"id":"x","timestamp":"y","instructions":null}\n{"record_type":"state"}\n',
      'it holds records of a rollout',
    ],
    ['what is called like a rollout', 'rollout-2026.jsonl.zst', 'x', 'it is called as Codex calls a rollout'],
    ['a configuration', 'rollout-inspect.config.json', '{}', 'it is called like the configuration'],
  ])('%s, even by force', async (_, name, content, reason) => {
    const path = fileWith(content, name);
    for (const guard of [free, forced]) {
      await expect(writeOutput(path, recording, guard, entry)).rejects.toThrow(`${path} is not replaced: ${reason}`);
    }
    expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual([name]);
  });

  test('an input of the run, by whatever name, even by force', async () => {
    const path = fileWith('');
    const detour = `${join(path, '..')}/../${basename(join(path, '..'))}/file`;
    const guard = { inputs: [path], force: true };
    await expect(writeOutput(detour, recording, guard, entry)).rejects.toThrow('this run reads it');
  });

  test.each<[string, string]>([
    ['a text', 'not a recording'],
    ['a report', '{"command":"check","version":1}'],
    ['an expectation', '{"version":1,"tokenUsageInfo":null}'],
  ])('%s, unless by force', async (_, content) => {
    const path = fileWith(content);
    await expect(writeOutput(path, recording, free, entry)).rejects.toMatchObject({
      code: 'cannot-write',
      hint: 'name another file, or --force',
    });
    expect(readFileSync(path, 'utf8')).toBe(content);
    await writeOutput(path, recording, forced, entry);
    expect(readFileSync(path, 'utf8')).toBe(entry);
  });

  test('what comes there while the file is being written', async () => {
    const path = join(temporaryFolder(), 'file');
    const file = await OutputFile.begin(path, recording, free);
    await file.write(entry);
    writeFileSync(path, 'somebody else was faster');
    await expect(file.end()).rejects.toThrow('is not replaced');
    await file.abandon();
    expect(readFileSync(path, 'utf8')).toBe('somebody else was faster');
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  test('what a link leads to', async () => {
    const target = fileWith(entry);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(target, link);
    await expect(writeOutput(link, recording, free, `${entry}${entry}`)).rejects.toThrow('it is a link');
    await writeOutput(link, recording, forced, `${entry}${entry}`);
    expect(readFileSync(target, 'utf8')).toBe(entry);
    expect(lstatSync(link).isFile()).toBe(true);
    const dangling = join(temporaryFolder(), 'dangling');
    symlinkSync('nowhere', dangling);
    await expect(writeOutput(dangling, recording, free, entry)).rejects.toThrow('it is a link');
  });
});

test('an earlier file stays until there is a whole one, and then is replaced', async () => {
  const path = fileWith(entry);
  const begun = await OutputFile.begin(path, recording, free);
  await begun.write('{"seq":1,');
  expect(readFileSync(path, 'utf8')).toBe(entry);
  await begun.abandon();
  expect([readFileSync(path, 'utf8'), readdirSync(join(path, '..'))]).toEqual([entry, ['file']]);
  await writeOutput(path, recording, free, `${entry}${entry}`);
  expect([readFileSync(path, 'utf8'), readdirSync(join(path, '..'))]).toEqual([`${entry}${entry}`, ['file']]);
});

test('the name of a file that is not whole yet cannot be foretold', async () => {
  const folder = temporaryFolder();
  const names = [];
  for (let i = 0; i < 2; i++) {
    const file = await OutputFile.begin(join(folder, 'report'), reports.json, free);
    names.push(...readdirSync(folder));
    await file.abandon();
  }
  expect(names[0]).toMatch(/^\.rollout-inspect-[0-9a-f]{24}\.tmp$/);
  expect(names[0]).not.toBe(names[1]);
});

test.skipIf(process.platform === 'win32')(
  'modes: that of the file replaced; messages are for their owner',
  async () => {
    const mode = (path: string) => statSync(path).mode & 0o777;
    const before = process.umask(0o022);
    onTestFinished(() => void process.umask(before));
    const folder = temporaryFolder();
    const [kept, report] = [join(folder, 'recording'), join(folder, 'report')];
    await writeOutput(kept, recording, free, entry);
    await writeOutput(report, expectation, free, '{}');
    expect([mode(kept), mode(report)]).toEqual([0o600, 0o644]);
    const shared = fileWith(entry);
    execFileSync('chmod', ['660', shared]);
    await writeOutput(shared, recording, free, entry);
    expect(mode(shared)).toBe(0o660);
  },
);

describe.skipIf(process.platform === 'win32')('what is no file is written to as it comes', () => {
  test('a pipe', async () => {
    const pipe = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const read = text(createReadStream(pipe));
    await writeOutput(pipe, recording, free, entry);
    expect(await read).toBe(entry);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test('/dev/null, also behind a link', async () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync('/dev/null', link);
    for (const path of ['/dev/null', link]) await writeOutput(path, recording, free, entry);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  test.skipIf(process.platform !== 'linux')('standard output, also where that is a file', () => {
    const script = `import { writeOutput } from '${outputFileModule}';
      import { recording } from '${kindsModule}';
      await writeOutput('/dev/stdout', recording, { inputs: [], force: false }, 'one more');`;
    const run = '"$0" --input-type=module -e "$1" >> "$2"';
    const file = fileWith('there already, ');
    execFileSync('bash', ['-c', run, process.execPath, script, file]);
    expect(readFileSync(file, 'utf8')).toBe('there already, one more');
    expect(lstatSync('/dev/stdout').isSymbolicLink()).toBe(true);
  });
});
