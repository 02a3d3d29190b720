import type { LifecycleVerdict } from '../../tap/judge/lifecycle-verdict.ts';
import type { TurnFinding } from '../../tap/judge/turn-watch.ts';
import type { TappedMessage } from '../../tap/observe/tapped-message.ts';
import type { TapReport } from '../../tap/observe/thread-messages.ts';
import { grouped } from '../numbers.ts';
import { turnFindingLine } from './turn-finding-line.ts';
import { verdictLine, verdictLines } from './verdict-lines.ts';

/** So many findings about turns are told at the end. */
const FINDINGS_TOLD = 20;

/** What is said when a tap is over. */
export class TapSummary {
  readonly #verdicts = new Map<number, LifecycleVerdict>();
  readonly #connections = new Set<string>();
  readonly #findings: TurnFinding[] = [];
  #messages = 0;
  #tampered = 0;

  message({ connection, direction }: TappedMessage): void {
    if (direction === 'stderr') return;
    this.#connections.add(connection);
    this.#messages++;
  }

  /** A message was changed by a fault of the tap. */
  tampered(): void {
    this.#tampered++;
  }

  /** A later verdict on the same lifecycle takes the place of the earlier one. */
  verdict(verdict: LifecycleVerdict): void {
    this.#verdicts.set(verdict.watched.request.seq, verdict);
  }

  finding(finding: TurnFinding): void {
    this.#findings.push(finding);
  }

  /** `turns`: how many began. `missing`: messages that are not in the transcript, and the reason. `problems`: what else went wrong. */
  report(turns: number, missing: number, reason: string | null, problems: readonly string[]): TapReport {
    const verdicts = [...this.#verdicts.values()];
    const count = (verdict: string) => verdicts.filter((each) => verdictOf(each) === verdict).length;
    const counts = ['pass', 'fail', 'inconclusive', 'not judged']
      .filter((verdict) => count(verdict) > 0)
      .map((verdict) => `${count(verdict)} ${verdict}`);
    const lifecycles = verdicts.length === 0 ? 'no resume or fork' : `resume and fork: ${counts.join(', ')}`;
    const clients = `${this.#connections.size} ${this.#connections.size === 1 ? 'client' : 'clients'}`;
    const lines = [
      `${grouped(this.#messages)} messages, ${clients}; ${lifecycles}; ${turnCount(turns, this.#findings.length)}`,
      ...verdicts.flatMap((each) =>
        verdictOf(each) === 'fail' ? verdictLines(each) : verdictOf(each) === 'pass' ? [] : [verdictLine(each)],
      ),
    ];
    lines.push(...this.#findings.slice(0, FINDINGS_TOLD).map(turnFindingLine));
    const more = this.#findings.length - FINDINGS_TOLD;
    if (more > 0) lines.push(`and ${more} more of this kind, in the log`);
    if (this.#tampered > 0) {
      const were = this.#tampered === 1 ? '1 message was' : `${this.#tampered} messages were`;
      lines.push(`${were} changed by the faults of this tap, not by the server, which is judged by what it sent`);
    }
    if (missing > 0) {
      lines.push(`${missing} messages passed that are not in the transcript: ${reason ?? 'they are too long'}`);
    }
    lines.push(...problems);
    const isWarned = this.#findings.length > 0 || missing > 0 || problems.length > 0 || count('inconclusive') > 0;
    return {
      lines,
      missing,
      worst:
        count('fail') > 0 || this.#findings.some(({ severity }) => severity === 'fail')
          ? 'fail'
          : isWarned
            ? 'warn'
            : 'pass',
    };
  }
}

function verdictOf({ judged }: LifecycleVerdict): string {
  return 'unknown' in judged ? 'not judged' : judged.judgement.verdict;
}

function turnCount(turns: number, findings: number): string {
  const count = turns === 1 ? '1 turn' : `${turns} turns`;
  return findings === 0 ? count : `${count}, ${findings} ${findings === 1 ? 'finding' : 'findings'}`;
}
