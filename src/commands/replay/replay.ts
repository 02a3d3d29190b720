import { type ExitCode, Problem } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { replay } from '../../replay/replay.ts';
import type { ReplayPlan } from '../../replay/replay-plan.ts';
import { CleanUp } from '../../replay/sandbox/clean-up.ts';
import { noticeLines } from '../../report/notice.ts';
import { grouped } from '../../report/numbers.ts';
import { replayWriter } from '../../report/replay/index.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import { NotARollout } from '../../rollout/lines/open-rollout.ts';
import { outputFormat } from '../shared/output-format.ts';
import { type WritePage, withPage } from '../shared/page-file.ts';
import { Printer } from '../shared/printer.ts';
import { cannotRead } from '../shared/targets.ts';
import { WaitingLine } from '../shared/waiting-line.ts';
import { endOf, replayExitCode } from './outcome.ts';
import { planReplay, type ReplayOptions } from './plan.ts';
import { Recording } from './recording.ts';
import { replayStream } from './stream.ts';

/** Rollouts from this size on are announced with what they will cost. In bytes. */
const LARGE = 64_000_000;

/** `replay`: what a server sends on resume, rejoin or fork, and whether it is right. */
export async function replayCommand(command: readonly string[], options: ReplayOptions, io: Io): Promise<ExitCode> {
  const { transcript } = options;
  if (transcript !== undefined)
    return (await import('./transcript.ts')).judgeTranscript(transcript, command, options, io);
  const plan = await planReplay(command, options, io);
  if (plan.subject.bytes >= LARGE) await io.err(stderrLine(costOf(plan)));
  const inputs = plan.subject.rollouts.map(({ path }) => path);
  return withPage(options, inputs, io, (writePage) => replayOf(plan, inputs, options, io, writePage));
}

async function replayOf(
  plan: ReplayPlan,
  inputs: readonly string[],
  options: ReplayOptions,
  io: Io,
  writePage: WritePage,
): Promise<ExitCode> {
  const { lifecycle, subject, server, yardstick } = plan;
  const writer = await replayWriter(outputFormat(options, io), options.full === true, plan.observer);
  const recording = await recordingOf(options, inputs);
  const waiting = WaitingLine.of(io);
  const printer = new Printer((text) => (waiting ? waiting.above(() => io.out(text)) : io.out(text)));
  const stream = replayStream(plan, writer, printer, recording, waiting);
  const cleanUp = new CleanUp();
  const unregister = io.onDeadlySignal(async () => {
    await cleanUp.run();
    await recording?.close();
  });
  try {
    const result = await Promise.race([replay(plan, stream, cleanUp), printer.failed]);
    await waiting?.end();
    const outcome = { ...result, lifecycle, threadId: subject.threadId, serverKind: server.kind, yardstick };
    const end = endOf(outcome);
    printer.print(writer.end(end));
    await printer.done();
    await writePage(async () => (await import('../../report/replay/page.ts')).replayPage([end]));
    for (const line of noticeLines(result.restored.notices)) await io.err(stderrLine(line));
    if (result.failure) await io.err(stderrLine(result.failure.message));
    return replayExitCode(outcome);
  } catch (error) {
    await waiting?.end();
    stream.release();
    await printer.done();
    throw error instanceof Problem && !(error instanceof NotARollout) ? error : cannotRead(subject.path, error);
  } finally {
    await cleanUp.run();
    unregister();
    if ((await recording?.close()) === false) {
      await io.err(stderrLine(`note: ${options.record} is not written, since the server said nothing`));
    }
  }
}

/** The file that the messages are kept in, if one was named. @throws {CannotWrite} */
async function recordingOf(
  { record, force }: ReplayOptions,
  inputs: readonly string[],
): Promise<Recording | undefined> {
  return record === undefined ? undefined : Recording.begin(record, { inputs, force: force === true });
}

/** What a large rollout costs. Servers were seen to need three times its size for a resume, up to ten for a fork. */
function costOf({ subject: { bytes }, lifecycle, home }: ReplayPlan): string {
  const times = lifecycle === 'fork' ? 10 : 4;
  const copies = home === 'private' ? `copying ${grouped(bytes)} bytes; ` : '';
  return `note: ${copies}the server may need ${grouped(bytes * times)} bytes of memory for this rollout`;
}
