import { memberAt } from '../../json/json-value.ts';
import type { RunningServer } from '../../replay/drive/server.ts';
import type { ServerIdentity } from '../../replay/drive/server-identity.ts';
import type { ReplayHooks } from '../../replay/replay.ts';
import type { ReplayPlan } from '../../replay/replay-plan.ts';
import { grouped } from '../../report/numbers.ts';
import type { ReplayWriter } from '../../report/replay/index.ts';
import type { ReplayModel } from '../../report/replay/model.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import type { Printer } from '../shared/printer.ts';
import { serverLabel } from '../shared/server-choice.ts';
import type { WaitingLine } from '../shared/waiting-line.ts';
import { nameOf } from './outcome.ts';
import type { Recording } from './recording.ts';

/**
 * Prints what happens as it happens. The head comes first, and names the server: until that is known, messages wait.
 * `release` prints those that still do, for a server that never said its name.
 */
export function replayStream(
  plan: ReplayPlan,
  writer: ReplayWriter,
  printer: Printer,
  recording: Recording | undefined,
  waitingLine: WaitingLine | null,
): ReplayHooks & { readonly release: () => void } {
  let waiting: TranscriptEntry[] | null = [];
  const print = (entry: TranscriptEntry) => printer.print(writer.entry(entry, isJudged(plan, entry)));
  const release = () => {
    waiting?.forEach(print);
    waiting = null;
  };
  return {
    onServer: (identity, transport) => {
      printer.print(writer.head(headOf(plan, identity, transport)));
      release();
    },
    onEntry: (entry) => {
      recording?.write(entry);
      if (waiting) waiting.push(entry);
      else print(entry);
    },
    onStage: (stage) => void waitingLine?.say(stage),
    release,
  };
}

/** Whether a message is the request that is judged, and not one that prepares for it. */
function isJudged({ lifecycle, subject }: ReplayPlan, { connection, direction, message }: TranscriptEntry): boolean {
  const method = lifecycle === 'fork' ? 'thread/fork' : 'thread/resume';
  const isRequest = connection === 'client' && direction === 'sent' && memberAt(message, 'method') === method;
  return isRequest && memberAt(message, 'params', 'threadId') === subject.threadId;
}

function headOf(
  { lifecycle, subject, server, home }: ReplayPlan,
  identity: ServerIdentity,
  transport: RunningServer['transport'],
): ReplayModel['head'] {
  const ancestors = subject.rollouts.length > 1 ? ' with its ancestors' : '';
  return {
    lifecycle,
    threadId: subject.threadId,
    rollout: { path: subject.path, notes: [`${grouped(subject.bytes)} bytes${ancestors}`] },
    server: [nameOf(identity), serverLabel(server), transport, ...homeWords(home)].join(', '),
  };
}

function homeWords(home: ReplayPlan['home']): string[] {
  if (home === 'remote') return [];
  return [home === 'private' ? 'on a throw-away copy' : 'in the real Codex home'];
}
