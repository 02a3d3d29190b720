import type { Question } from '../../replay/judge/judge.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { facts, section, table } from '../html/section.ts';
import { verdictOf } from './index.ts';
import type { ReplayModel } from './model.ts';
import { type Remark, sequenceSection } from './sequence.ts';
import { asked, nextSteps } from './text.ts';

type End = ReplayModel['end'];

const USAGE = 'thread/tokenUsage/updated';
const verdictClass = { pass: 'good', fail: 'bad', inconclusive: 'warning' } as const;
const statusClass = { pass: 'good', fail: 'bad', skip: 'muted' } as const;

/**
 * The page of a replay: the verdict and why, the questions, the messages in order, the checks. Its model is what `--json`
 * prints, without the transcript: the bodies stand beside the messages.
 */
export function replayPage(end: End): string {
  const { lifecycle, threadId, serverName, rollout, judgement, failure, yardstick } = end;
  const { verdict, questions, checks } = judgement;
  const requested = end.entries.find(({ seq }) => seq === end.requestSeq);
  return pageText({
    title: `Replay: ${lifecycle} of thread ${threadId}`,
    answer: html`Verdict: <strong class="${verdictClass[verdict]}" id="verdict">${verdict}</strong>, ${yardstick === 'contract' ? 'by the contract' : `by what ${serverName} is known to do`}.${failure === null ? null : html` The server failed: ${failure}.`}`,
    model: verdictOf(end),
    body: [
      section(
        'Answers',
        null,
        facts([
          ['Server', serverName],
          ['Rollout', rollout.path],
          ...questions.map(({ id, answer, detail }): [string, Markup] => [asked[id], answerMarkup(answer, detail)]),
          ...nextSteps(end).map(({ why, next }): [string, Markup] => [
            'Why',
            html`${why}. <strong>Next:</strong> ${next}.`,
          ]),
        ]),
      ),
      sequenceSection(end.entries, remarksOf(end), requested?.atMs ?? 0),
      section(
        'Checks',
        null,
        table(
          'Checks and their results',
          [
            { title: 'check', cell: ({ id }) => id },
            { title: 'result', cell: ({ status }) => html`<span class="${statusClass[status]}">${status}</span>` },
            { title: 'detail', isLong: true, cell: ({ detail }) => detail },
          ],
          checks,
        ),
      ),
    ],
  });
}

function answerMarkup(answer: Question['answer'], detail: string): Markup {
  return html`<strong>${answer}</strong> <span class="muted">${detail}</span>`;
}

/** The failed checks, beside the messages that they rest on; usage that did not come has its place after the answer. */
function remarksOf({ judgement, answerSeq }: End): Remark[] {
  const failed = judgement.checks.filter(({ status }) => status === 'fail');
  return failed.flatMap(({ id, detail, evidence }): Remark[] => {
    const isMissing = id === 'usage-present' && judgement.expected.usage !== null;
    if (isMissing && answerSeq !== null) return [{ seq: answerSeq, text: `${id}: ${detail}`, missing: USAGE }];
    return evidence.flatMap((each) => ('seq' in each ? [{ seq: each.seq, text: `fails ${id}`, missing: null }] : []));
  });
}
