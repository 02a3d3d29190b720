import type { CodexVersion } from '../../codex/version.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import { ServerFailure } from '../../wire/server-failure.ts';
import type { Answer } from '../answer.ts';
import { bisected } from '../bisect.ts';
import { lifecycles } from '../compat.ts';
import { type Compatibility, GrowingSpans, type LifecycleSpans } from '../spans.ts';
import { type Question, VersionReading } from '../version-reading.ts';
import { type LiveSetting, liveAnswer } from './live-version.ts';

/** A version that can be asked; `binary` fetches it if need be. */
export interface LiveVersion {
  readonly version: CodexVersion;
  readonly binary: () => Promise<string>;
}

export interface LivePlan {
  readonly versions: readonly [LiveVersion, ...LiveVersion[]];
  /** Ask only as many of them as it takes to find where the answers change. */
  readonly bisect: boolean;
  readonly setting: LiveSetting;
  /** What is being done from now on, in words. */
  readonly onStage: (asked: Asked, stage: string) => void;
}

/** Which version is asked: `count` of them so far for this lifecycle, of `versions`, or of fewer where they are bisected. */
export interface Asked {
  readonly lifecycle: Lifecycle;
  readonly version: CodexVersion;
  readonly count: number;
  readonly versions: number;
  readonly isBisected: boolean;
}

/**
 * What real Codex versions do with a rollout. A lifecycle that a server fails at is left out.
 * @throws {UserError} when a binary cannot be fetched, or what `liveAnswer` throws about the rollout
 */
export async function liveCompatibilityOf(question: Question, plan: LivePlan): Promise<Compatibility> {
  const { threadId, writtenBy } = await VersionReading.of(question, plan.versions[0].version);
  const spans: LifecycleSpans[] = [];
  const failures: { lifecycle: Lifecycle; message: string }[] = [];
  for (const lifecycle of lifecycles) {
    try {
      spans.push(await spansOf(question, lifecycle, plan));
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      failures.push({ lifecycle, message: error.message });
    }
  }
  return { path: question.path, threadId, writtenBy, lifecycles: spans, failures };
}

async function spansOf(question: Question, lifecycle: Lifecycle, plan: LivePlan): Promise<LifecycleSpans> {
  const { versions, bisect, setting } = plan;
  let count = 0;
  const ask = async (place: number): Promise<Answer> => {
    const { version, binary } = versions[place] as LiveVersion;
    const asked = { lifecycle, version, count: ++count, versions: versions.length, isBisected: bisect };
    const onStage = (stage: string) => plan.onStage(asked, stage);
    onStage('getting the binary');
    return liveAnswer(question, lifecycle, { version, binary: await binary() }, setting, onStage);
  };
  const answers = bisect ? await bisected(versions.length, ask) : await each(versions.length, ask);
  const [oldest, ...others] = answers.map((answer, i) => ({
    ...answer,
    version: (versions[i] as LiveVersion).version,
  })) as [Answer, ...Answer[]];
  const growing = new GrowingSpans(lifecycle, oldest);
  for (const answer of others) await growing.add(answer);
  return growing.result();
}

async function each(count: number, ask: (place: number) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let place = 0; place < count; place++) answers.push(await ask(place));
  return answers;
}
