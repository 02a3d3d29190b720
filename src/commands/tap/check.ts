import type { CheckedRollout, Finding, Rule } from '../../check/finding.ts';
import { type ExitCode, exitCode } from '../../errors.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { checks } from '../../replay/judge/checks/index.ts';
import type { Yardstick } from '../../replay/judge/judge.ts';
import { identityIn, lifecyclesIn, type RecordedTranscript } from '../../replay/judge/recorded.ts';
import { createReporter, type ReporterName } from '../../report/check/index.ts';
import { type LifecycleVerdict, lifecycleVerdict } from '../../tap/judge/lifecycle-verdict.ts';
import { knowledgeOf } from '../../tap/judge/rollout-source.ts';
import { type TurnFinding, TurnWatch, turnChecks } from '../../tap/judge/turn-watch.ts';
import { wantsColor } from '../shared/color.ts';
import { placeOf } from '../shared/output-format.ts';
import { transcriptAt } from '../shared/transcript-file.ts';

export interface CheckOptions {
  readonly reporter: ReporterName;
  readonly expect: Yardstick;
  readonly codexHome?: string;
}

/** `tap check`: whether everything in transcripts is as it should be, for CI. */
export async function check(files: readonly string[], options: CheckOptions, io: Io): Promise<ExitCode> {
  const { reporter: name, expect, codexHome = defaultCodexHome(io.env) } = options;
  const color = wantsColor('auto', io.env, io.isTerminal);
  const { columns, cwd } = io;
  const reporter = await createReporter(name, { color, columns, place: placeOf(io), cwd, rules, documents: null });
  await io.out(reporter.begin());
  let failed = 0;
  for (const file of files) {
    const checked = await checkedCapture(file, await transcriptAt(file), expect, codexHome);
    if (checked.status === 'fail') failed++;
    await io.out(reporter.rollout(checked));
  }
  const code = failed > 0 ? exitCode.failed : exitCode.ok;
  const counts = { passed: files.length - failed, failed, errors: 0 };
  await io.out(reporter.end({ ...counts, tooManyWarnings: null, accepted: 0, configuration: null }, code));
  return code;
}

async function checkedCapture(
  path: string,
  { entries, expectations, places, missing, startedAt }: RecordedTranscript,
  yardstick: Yardstick,
  codexHome: string,
): Promise<CheckedRollout> {
  const findings: Finding[] = missing > 0 ? [incomplete(missing)] : [];
  const lineOf = (seq: number) => places.get(seq) ?? { line: null, byteOffset: null };
  const identity = identityIn(entries);
  for (const watched of lifecyclesIn(entries)) {
    const known = expectations.get(watched.request.seq);
    const knowledge = known
      ? { expectations: known, path: known.restored.path }
      : await knowledgeOf(watched, identity.version, codexHome, startedAt === null ? null : Date.parse(startedAt));
    const ending = watched.over === 'next' ? ('quiet' as const) : null;
    const disk = { unknown: 'a recording does not say what was written' };
    const verdict = lifecycleVerdict(watched, knowledge, { identity, yardstick, ending, quietMs: 0, disk });
    findings.push(...ofLifecycle(verdict, lineOf(watched.request.seq)));
  }
  const turns = new TurnWatch((finding) => findings.push(ofTurn(finding, lineOf(finding.entry.seq))));
  for (const entry of entries) turns.add(entry);
  for (const connection of new Set(entries.map((entry) => entry.connection))) turns.closed(connection);
  const isFailed = findings.some(({ severity }) => severity === 'error');
  return { path, status: isFailed ? 'fail' : 'pass', findings };
}

type Place = Pick<Finding, 'line' | 'byteOffset'>;

const alone = { because: null, fix: null } as const;

function ofLifecycle({ watched, judged }: LifecycleVerdict, place: Place): Finding[] {
  const what = `${watched.lifecycle} of thread ${watched.requestedThread} on ${watched.request.connection}`;
  if ('unknown' in judged) {
    const message = `${what} cannot be judged: ${judged.unknown}`;
    return [{ id: 'not-judged', severity: 'warning', message, expected: null, actual: null, ...place, ...alone }];
  }
  const { checks: all, deviations, explained } = judged.judgement;
  const why = explained
    ? `; known behaviour: ${deviations.map(({ id, advice }) => `${id}, ${advice}`).join('; ')}`
    : '';
  return all
    .filter(({ status }) => status === 'fail')
    .map(({ id, detail, expected = null, actual = null }) => ({
      ...{ id, severity: 'error' as const, message: `${what}: ${detail}${why}`, expected, actual },
      ...place,
      ...alone,
    }));
}

function ofTurn({ id, severity, turnId, threadId, message }: TurnFinding, place: Place): Finding {
  const said = `turn ${turnId} of thread ${threadId}: ${message}`;
  const grave = severity === 'fail' ? 'error' : 'warning';
  return { id, severity: grave, message: said, expected: null, actual: null, ...place, ...alone };
}

function incomplete(missing: number): Finding {
  const message = `${missing} messages passed that are not in the transcript`;
  const nowhere = { line: null, byteOffset: null, expected: null, actual: null };
  return { id: 'incomplete', severity: 'warning', message, ...nowhere, ...alone };
}

/** What a transcript is checked for, in the words of `docs/checks.md` and `docs/tap.md`. */
const rules: readonly Rule[] = [
  ...checks.map(({ id, holds }) => rule(id, 'error', holds)),
  ...Object.entries(turnChecks).map(([id, holds]) => rule(id, 'error', holds)),
  rule('not-judged', 'warning', 'the rollout of every resume and fork is known'),
  rule('incomplete', 'warning', 'every message that passed is in the transcript'),
];

function rule(id: string, severity: Rule['severity'], holds: string): Rule {
  const why = `It is wrong where this does not hold: ${holds}.`;
  const fix = 'Look at the messages: rollout-inspect tap watch CAPTURE --full.';
  return { id, severity, title: holds, why, codex: 'What each version is known for: docs/codex.md.', fix };
}
