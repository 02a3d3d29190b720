import { type Era, eraOf } from '../codex/era.ts';
import type { CodexVersion } from '../codex/version.ts';
import { RolloutFinder } from '../history/finder.ts';
import type { HistoryVisitor } from '../history/read-records.ts';
import { threadHistory } from '../history/thread-history.ts';
import { contractOutcome, eraOutcome, touchingDeviations } from '../lifecycle/deviations.ts';
import { type HistoryFacts, readFacts } from '../lifecycle/facts.ts';
import type { Lifecycle, LifecycleParams, Outcome } from '../lifecycle/outcome.ts';
import type { Answer } from './answer.ts';

/** A rollout, what a client asks for besides its thread, and where ancestors are looked up too. */
export interface Question {
  readonly path: string;
  readonly codexHome: string;
  readonly params: LifecycleParams;
  /** Are shown each line that is read. */
  readonly watchers?: readonly HistoryVisitor[];
}

/** A rollout as one version reads it. */
export class VersionReading {
  readonly version: CodexVersion;
  readonly era: Era;
  readonly #question: Question;
  readonly #facts: HistoryFacts;

  private constructor(question: Question, version: CodexVersion, facts: HistoryFacts) {
    this.version = version;
    this.era = eraOf(version);
    this.#question = question;
    this.#facts = facts;
  }

  /** @throws {NotARollout}, {FileShrank} or the system's error */
  static async of(question: Question, version: CodexVersion): Promise<VersionReading> {
    return new VersionReading(question, version, await factsFor(question, version, eraOf(version)));
  }

  /** The id of the thread, or null when no session_meta says it. */
  get threadId(): string | null {
    return this.#facts.meta?.id ?? null;
  }

  /** The version that wrote the rollout, as it says itself. */
  get writtenBy(): string | null {
    return this.#facts.meta?.cli_version ?? null;
  }

  answer(lifecycle: Lifecycle): Answer {
    const { version } = this;
    const { params } = this.#question;
    return {
      version,
      outcome: eraOutcome(this.#facts, lifecycle, this.era, params),
      owed: contractOutcome(this.#facts, lifecycle, version, params),
      deviations: touchingDeviations(this.#facts, lifecycle, version, params),
    };
  }

  /** What a server would do that reads the same lines by the rules of another era. */
  async underRules(era: Era, lifecycle: Lifecycle): Promise<Outcome> {
    const facts = await factsFor(this.#question, this.version, era);
    return eraOutcome(facts, lifecycle, era, this.#question.params);
  }
}

async function factsFor(question: Question, version: CodexVersion, era: Era): Promise<HistoryFacts> {
  const { path, codexHome, params, watchers } = question;
  const finder = new RolloutFinder(version, codexHome);
  return readFacts(await threadHistory(await finder.openedFor(path), finder), era, params, watchers);
}
