import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';

/** What people type by mistake, and what the one line that they get must say: what is wrong, and in brackets what to do. */
const mistakes: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [[], /no command given \(try: rollout-inspect --help\)/],
  [['usages', sample], /unknown command 'usages' \(Did you mean usage\?\)/],
  [['--last'], /unknown option '--last' \(.*\)/],
  [['usage'], /no rollout named \(a path, .*--last\)/],
  [['usage', sample, '--jsn'], /unknown option '--jsn' \(Did you mean --json\?\)/],
  [['usage', sample, '--json', '--csv'], /'--json' cannot be used with option '--csv' \(.*\)/],
  [['usage', sample, '--emulate', 'new'], /new.*\(.*\)/],
  [['usage', sample, '--emulate', '0.1.0'], /0\.1\.0.*\(.*\)/],
  [['usage', sample, '--color', 'blue'], /blue.*\(.*\)/],
  [['usage', sample, '--codex-home'], /'--codex-home <dir>' argument missing \(.*\)/],
  [['usage', 'nope.jsonl'], /no such file nope\.jsonl \(a rollout is .*\)/],
  [['usage', '-', '-'], /standard input is named twice \(.*\)/],
  [['usage', sample, '--last'], /--last takes no rollout \(.*\)/],
  [['usage', sample, '--cwd', '.'], /--cwd is for --last \(.*\)/],
  [['usage', 'file://host/x'], /names no file here \(file:\/\/\/absolute\/path\)/],
  [['usage', '*.nope'], /no rollout is called like \*\.nope \(.*\)/],
  [['usage', 'bin'], /no rollouts below bin \(of \d+ files .*\)/],
  [['usage', '019d2f00-0000-7000-8000-00000000dead'], /no rollout of thread .* \(looked in .*--codex-home\)/],
  [['turns', sample, sample], /too many arguments.*\(.*\)/],
  [['turns', 'samples/0.169.0'], /more than one rollout below samples\/0\.169\.0 \(name one\)/],
  [['turns', sample, '--last-turns', 'x'], /not a whole number above 0/],
  [['sessions', '--since', 'monday', '--codex-home', '.'], /--since monday is no time \(for example .*\)/],
  [['sessions', '--codex-home', 'nope'], /there is no Codex home nope \(name another with --codex-home\)/],
  [['replay'], /what is to be replayed\? \(name a thread with .*\)/],
  [['replay', sample], /.*\(.*\)/],
  [['replay', '--resume'], /'--resume <rollout>' argument missing \(.*\)/],
  [['replay', '--resume', sample, '--fork', sample], /cannot be used with option.*\(.*\)/],
  [['replay', '--resume', sample, '--server', 'codec'], /no such server: codec \(codex, embedded, .*\)/],
  [['replay', '--resume', sample, '--last-turn', 'x'], /--last-turn and --before-turn are for --fork \(.*\)/],
  [['replay', '--fork', sample, '--server', 'embedded', '--last-turn', 'x'], /has no turn x \(it has 01a20417-.*\)/],
  [['check', sample, '--severity', 'x'], /.*\(.*\)/],
  [['check', '-'], /standard input cannot be checked \(.*\)/],
  [['check', 'samples', '--last'], /--last takes no rollout \(.*\)/],
  [['check', '--explain', 'nope'], /there is no check nope \(one of .*\)/],
  [['size'], /no rollout named \(a path, .*--last\)/],
  [['tree', '-'], /standard input has no relatives \(name a directory, .*\)/],
  [['tree', 'nope'], /no such file nope \(a rollout is .*\)/],
  [['tree', 'samples', '--last'], /--last takes no rollout \(.*\)/],
  [['tree', '--by', 'week'], /'week' is invalid.*day, model, cwd, thread.*\(.*\)/],
  [['tree', '--since', 'yesterday'], /no day like 2026-11-24.*\(.*\)/],
  [['export', 'samples'], /'--out <folder>' not specified \(.*\)/],
  [['export', 'nope', '--out', 'nope'], /no such file nope \(a rollout is .*\)/],
  [['redact', sample], /'--output <dir>' not specified \(.*\)/],
  [['redact', sample, '--output', sample], /cannot write samples.*two-turns\.jsonl: EEXIST \(.*\)/],
  [['check', sample, '--config', 'nope.json'], /cannot read the configuration .*nope\.json: ENOENT \(.*--config.*\)/],
  [['redact', '--output', 'nope'], /no rollout named \(a path, .*--last\)/],
  [['compat', 'nope'], /no such file nope \(a rollout is .*\)/],
  [['compat', sample, '--from', '9.9.9'], /nothing is known of Codex 9\.9\.9 \(known are .*\)/],
  [['tap', 'diff', 'one'], /missing required argument 'other' \(.*\)/],
  [['replay', '--transcript', 'nope.ndjson'], /no such file nope\.ndjson \(.*\)/],
  [['turns', sample, '--html'], /'--html <file>' argument missing \(.*\)/],
  [['completion', 'tcsh'], /'tcsh' is invalid.*bash, zsh, fish.*\(.*\)/],
  [['serve'], /'--codex-home <dir>' not specified \(.*\)/],
  [['serve', '--codex-home', 'nope'], /no such folder: nope \(.*\)/],
  [['serve', '--codex-home', 'samples', '--fault', 'x'], /.*\(.*\)/],
];

test.each(mistakes)('%j is told in one line with a hint', async (args, says) => {
  const { code, stdout, stderr } = await runCli(args, { env: { CODEX_HOME: 'samples' } });
  expect(stderr).toMatch(/^rollout-inspect: [^\n]+\n$/);
  expect(stderr).toMatch(says);
  expect([code, stdout]).toEqual([2, '']);
});
