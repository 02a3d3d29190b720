import { expect, test } from 'vitest';
import { runCli } from './support/run-cli.ts';

const sample = 'samples/0.169.0/two-turns.jsonl';
const resumed = 'samples/captures/resume-0.169.0.ndjson';
const transcript = /\(a transcript is a file that replay --record or tap --record wrote\)/;
const served = ['serve', '--codex-home', 'samples'];

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
  [[...served, '--fault', 'x'], /.*\(.*\)/],
  [['help', 'nope'], /unknown command 'nope' \(see --help\)/],
  [['help', 'usages'], /unknown command 'usages' \(Did you mean usage\?\)/],
  [[...served, '--listen', 'ws://0.0.0.0:1'], /only loopback addresses.*\(.*127\.0\.0\.1.*--token-env.*\)/],
  [[...served, '--listen', 'tcp://127.0.0.1'], /not ws:\/\/IP:PORT or unix:\/\/PATH.* \(for example ws:.*\)/],
  [[...served, '--listen', `unix:///${'x'.repeat(200)}`], /at most 107 bytes.* has 201 \(link to .*\)/],
  [[...served, '--token-env', 'X'], /a token is only for --listen ws:\/\/ \(.*\)/],
  [[...served, '--listen', 'ws://127.0.0.1:0', '--token-env', 'X'], /no token in X \(.*variable.*\)/],
  [[...served, '--listen', 'ws://127.0.0.1:0', '--token-file', 'X'], /cannot read the token in X: ENOENT \(.*file.*\)/],
  [[...served, '--script', 'nope'], /no such file nope \(a script is .*docs\/serve\.md.*\)/],
  [['serve', '--from', 'nope'], transcript],
  [['serve', '--from', sample], transcript],
  [['tap', 'check', 'nope'], transcript],
  [['tap', 'export', sample], transcript],
  [['tap', 'diff', resumed, 'README.md'], transcript],
  [['tap', 'watch', 'nope'], transcript],
  [['tap', 'watch', sample], transcript],
  [['tap', 'watch', resumed, 'colour:red'], /no filter: colour:red \(there are method:, .*status:\)/],
  [['tap', 'wrap', 'nope'], /no such file nope \(the configuration of a client\)/],
  [['tap', 'unwrap', 'README.md'], /README\.md is not wrapped: .* \(name the file that tap wrap changed\)/],
  [['replay', '--transcript', 'README.md'], transcript],
  [
    ['replay', '--transcript', resumed, '--resume', 'samples/0.144.6/two-turns.jsonl'],
    /of thread .*\(name the rollout .*\)/,
  ],
  [
    ['replay', '--fork', sample, '--last-turn', 'x', '--before-turn', 'x'],
    /do not go together \(leave one of them out\)/,
  ],
  [['replay', '--rejoin', sample, '--no-observer'], /needs a second connection \(leave --no-observer out\)/],
  [
    ['replay', '--resume', sample, '--in-place', '--server', 'ws://127.0.0.1:1'],
    /makes no sense.*\(leave --in-place out\)/,
  ],
  [
    ['replay', '--resume', sample, '--server', 'embedded', '--record', 'no/x'],
    /cannot write no\/x: ENOENT \(.*folder.*\)/,
  ],
  [['check', sample, '--baseline', 'README.md'], /README\.md: line 1.*\(a baseline is .*--update-baseline.*\)/],
  [['usage', '/dev/null'], /is neither a file nor a pipe \(.*\)/],
];

test.each(mistakes)('%j is told in one line with a hint', async (args, says) => {
  const { code, stdout, stderr } = await runCli(args, { env: { CODEX_HOME: 'samples' } });
  expect(stderr).toMatch(/^rollout-inspect: [^\n]+\n$/);
  expect(stderr).toMatch(says);
  expect([code, stdout]).toEqual([2, '']);
});

test.each([
  [['replay', '--resume', sample, '--codex-bin', 'nope'], /cannot start nope: there is no such command \(.*path.*\)/],
  [['replay', '--resume', sample, '--server', 'ws://127.0.0.1:1'], /nobody listens there \(start the server first\)/],
])('%j is told as a failure of the server, with a hint', async (args, says) => {
  const { code, stdout, stderr } = await runCli(args);
  expect(stderr).toMatch(says);
  expect([code, stdout]).toEqual([4, '']);
});
