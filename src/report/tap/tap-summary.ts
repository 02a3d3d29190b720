import type { LifecycleVerdict } from '../../tap/judge/lifecycle-verdict.ts';
import type { TappedMessage } from '../../tap/observe/tapped-message.ts';
import type { TapReport } from '../../tap/observe/thread-messages.ts';
import { grouped } from '../numbers.ts';
import { verdictLine, verdictLines } from './verdict-lines.ts';

/** What is said when a tap is over. */
export class TapSummary {
  readonly #verdicts = new Map<number, LifecycleVerdict>();
  readonly #connections = new Set<string>();
  #messages = 0;

  message({ connection, direction }: TappedMessage): void {
    if (direction === 'stderr') return;
    this.#connections.add(connection);
    this.#messages++;
  }

  /** A later verdict on the same lifecycle takes the place of the earlier one. */
  verdict(verdict: LifecycleVerdict): void {
    this.#verdicts.set(verdict.watched.request.seq, verdict);
  }

  /** `missing`: messages that are not in the transcript, and the reason. `logProblem`: why lines are missing in the log. */
  report(missing: number, reason: string | null, logProblem: string | null): TapReport {
    const verdicts = [...this.#verdicts.values()];
    const count = (verdict: string) => verdicts.filter((each) => verdictOf(each) === verdict).length;
    const counts = ['pass', 'fail', 'inconclusive', 'not judged']
      .filter((verdict) => count(verdict) > 0)
      .map((verdict) => `${count(verdict)} ${verdict}`);
    const lifecycles = verdicts.length === 0 ? 'no resume or fork' : `resume and fork: ${counts.join(', ')}`;
    const clients = `${this.#connections.size} ${this.#connections.size === 1 ? 'client' : 'clients'}`;
    const lines = [
      `${grouped(this.#messages)} messages, ${clients}; ${lifecycles}`,
      ...verdicts.flatMap((each) =>
        verdictOf(each) === 'fail' ? verdictLines(each) : verdictOf(each) === 'pass' ? [] : [verdictLine(each)],
      ),
    ];
    if (missing > 0) {
      lines.push(`${missing} messages passed that are not in the transcript: ${reason ?? 'they are too long'}`);
    }
    if (logProblem !== null) lines.push(`lines are missing in the log: ${logProblem}`);
    const isWarned = missing > 0 || logProblem !== null || count('inconclusive') > 0;
    return { lines, missing, worst: count('fail') > 0 ? 'fail' : isWarned ? 'warn' : 'pass' };
  }
}

function verdictOf({ judged }: LifecycleVerdict): string {
  return 'unknown' in judged ? 'not judged' : judged.judgement.verdict;
}
