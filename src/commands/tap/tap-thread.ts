import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { formatCodexVersion } from '../../codex/version.ts';
import { jsonText } from '../../json/json-text.ts';
import { type Expectations, writtenExpectations } from '../../replay/judge/expectations.ts';
import { TapSummary } from '../../report/tap/tap-summary.ts';
import { turnFindingLine } from '../../report/tap/turn-finding-line.ts';
import { verdictLines } from '../../report/tap/verdict-lines.ts';
import { LifecycleJudge } from '../../tap/judge/lifecycle-judge.ts';
import { TurnWatch } from '../../tap/judge/turn-watch.ts';
import { garbageCollector } from '../../tap/observe/garbage.ts';
import { Observer } from '../../tap/observe/observer.ts';
import { transcriptEntry } from '../../tap/observe/tapped-message.ts';
import type { FromThread, ThreadSettings, ToThread } from '../../tap/observe/thread-messages.ts';
import { Gallery } from '../../tap/record/gallery.ts';
import { Recorder } from '../../tap/record/recorder.ts';
import { LogViewer } from './log-viewer.ts';

/** The thread that looks at what passes: it is given the settings when it begins, and told the rest. */
function run(port: MessagePort, { startedAt, record, log, socket, codexHome }: ThreadSettings): void {
  const began = Date.parse(startedAt);
  const recorder = record && new Recorder(record, startedAt);
  const logViewer = log && new LogViewer(log, began);
  const gallery = record && socket !== null ? new Gallery(record.fd, socket) : null;
  const summary = new TapSummary();
  const flush = () => {
    recorder?.flush();
    gallery?.grown(recorder?.size ?? 0);
    logViewer?.flush();
  };
  const judge = new LifecycleJudge({
    codexHome,
    startedAt: began,
    onVerdict: (verdict) => {
      summary.verdict(verdict);
      for (const line of verdictLines(verdict)) logViewer?.remark(Date.now() - began, line);
      flush();
    },
    onKnowledge: ({ request }, knowledge) => {
      if ('expectations' in knowledge) recorder?.note(expectedLine(request.seq, knowledge.expectations));
    },
    onServer: ({ version }) => {
      if (version) recorder?.server(formatCodexVersion(version));
    },
  });
  const turns = new TurnWatch((finding) => {
    summary.finding(finding);
    logViewer?.remark(finding.entry.atMs, turnFindingLine(finding));
  });
  const judging = {
    message: (message: Parameters<typeof transcriptEntry>[0]) => {
      summary.message(message);
      const entry = transcriptEntry(message);
      if (!entry) return;
      judge.add(entry);
      turns.add(entry);
    },
    missed: () => {},
    closed: (connection: string) => {
      judge.closed(connection);
      turns.closed(connection);
    },
  };
  const observer = new Observer([recorder, logViewer, judging].filter((viewer) => viewer !== null));
  const free = garbageCollector('major');
  const tell = (message: FromThread) => port.postMessage(message);
  flush();
  const end = async () => {
    await judge.end();
    flush();
    await gallery?.end();
    const { missing, reason } = recorder?.loss ?? { missing: 0, reason: null };
    const problems = [
      logViewer?.problem && `lines are missing in the log: ${logViewer.problem}`,
      gallery?.problem && `nobody could watch at ${socket}: ${gallery.problem}`,
    ].filter((problem) => typeof problem === 'string');
    tell({ kind: 'report', report: summary.report(turns.turns, missing, reason, problems) });
  };
  port.on('message', ({ events, block }: ToThread) => {
    let at = 0;
    for (const event of events) {
      if (event.kind === 'passed') {
        observer.passed({ ...event, bytes: block.subarray(at, at + event.length) });
        at += event.length;
      }
      if (event.kind === 'tampered') {
        summary.tampered();
        logViewer?.remark(event.atMs, `tap ${event.what} on ${event.connection}`);
      }
      if (event.kind === 'cut') judge.cut(event.connection);
      if (event.kind === 'closed') observer.closed(event.connection, event.atMs);
      if (event.kind === 'end') void end();
    }
    flush();
    free(at);
    port.postMessage({ kind: 'done', block } satisfies FromThread, [block.buffer]);
  });
}

/** What was due for a lifecycle, as a line of the transcript: so that it can be judged where the rollout is not. */
function expectedLine(of: number, expectations: Expectations): string {
  return jsonText({ of, expected: writtenExpectations(expectations) });
}

if (parentPort) run(parentPort, workerData as ThreadSettings);
