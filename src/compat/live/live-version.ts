import type { CodexVersion } from '../../codex/version.ts';
import { memberAt } from '../../json/json-value.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import { deadlinesFor } from '../../replay/drive/deadlines.ts';
import type { Exchange } from '../../replay/judge/exchange.ts';
import { type ReplayResult, replay } from '../../replay/replay.ts';
import { CleanUp } from '../../replay/sandbox/clean-up.ts';
import { subjectOf } from '../../replay/sandbox/subject.ts';
import type { Answer } from '../answer.ts';
import type { VisibleOutcome } from '../content.ts';
import type { Question } from '../version-reading.ts';

/** What a server needs to be started. */
export interface LiveSetting {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clientVersion: string;
  /** Calls back when the process is to end; returns how not to be called. */
  readonly onDeadlySignal: (cleanUp: () => Promise<void>) => () => void;
}

/** The notifications that belong to an outcome. */
const PARTS = [
  'deprecationNotice',
  'thread/status/changed',
  'thread/tokenUsage/updated',
  'thread/goal/cleared',
  'thread/started',
];

/**
 * Has a real Codex do one lifecycle of a rollout, on a throw-away copy, and says what a client saw.
 * @throws {ServerFailure} when the server failed; {NotARollout} or the system's error about the rollout
 */
export async function liveAnswer(
  question: Question,
  lifecycle: Lifecycle,
  { version, binary }: { readonly version: CodexVersion; readonly binary: string },
  setting: LiveSetting,
  onStage: (stage: string) => void,
): Promise<Answer> {
  const { path, codexHome, params } = question;
  const subject = await subjectOf(path, codexHome);
  const cleanUp = new CleanUp();
  const unregister = setting.onDeadlySignal(() => cleanUp.run());
  try {
    const result = await replay(
      {
        ...{ lifecycle, params, subject, codexHome, home: 'private', yardstick: 'contract' },
        server: { kind: 'codex', binary },
        observer: lifecycle === 'rejoin',
        deadlines: deadlinesFor(subject.bytes, {}),
        env: setting.env,
        passedOn: [],
        clientVersion: setting.clientVersion,
      },
      { onServer: () => {}, onEntry: () => {}, onStage },
      cleanUp,
    );
    return answerIn(result, version);
  } finally {
    await cleanUp.run();
    unregister();
  }
}

function answerIn({ exchange, judgement, failure }: ReplayResult, version: CodexVersion): Answer {
  if (failure) throw failure;
  return { version, outcome: outcomeIn(exchange), owed: judgement.expected, deviations: judgement.deviations };
}

function outcomeIn({ received, answer, error, thread, usages }: Exchange): VisibleOutcome {
  const messages = received.flatMap((entry) => {
    if (entry === answer) return [error ? 'ERROR' : 'RESPONSE'];
    const method = memberAt(entry.message, 'method');
    return typeof method === 'string' && PARTS.includes(method) ? [method] : [];
  });
  const update = usages[0]?.update;
  return {
    error: error && { code: Number(error.code), message: withoutHome(error.message) },
    messages,
    usage: typeof update === 'object' ? { turnId: update.turnId, tokenUsage: update.tokenUsage } : null,
    turns: thread?.turns ?? [],
  };
}

/** The throw-away home has another path each time. */
function withoutHome(message: string): string {
  return message.replace(/[^\s:"'`]*\/((?:archived_)?sessions\/)/g, '$CODEX_HOME/$1');
}
