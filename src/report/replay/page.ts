import type { JudgedCheck, Question } from '../../replay/judge/judge.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { type Column, facts, section, table } from '../html/section.ts';
import { grouped } from '../numbers.ts';
import { mainEnd, verdictsOf } from './index.ts';
import type { Remark } from './message-rows.ts';
import type { ReplayModel } from './model.ts';
import { sequenceSection } from './sequence.ts';
import { asked, modelNote, nextSteps } from './text.ts';

type End = ReplayModel['end'];

const USAGE = 'thread/tokenUsage/updated';
const verdictClass = { pass: 'good', fail: 'bad', inconclusive: 'warning' } as const;
const statusClass = { pass: 'good', fail: 'bad', skip: 'muted' } as const;

/**
 * The page of a replay, or of the lifecycles of a recording: the verdict and why, the messages in order, the checks. Its model
 * is what `--json` prints, without the transcript: the bodies stand beside the messages.
 * @param ends of one transcript, in its order
 */
export function replayPage(ends: readonly [End, ...End[]]): string {
  const [first, ...others] = ends;
  const isOne = others.length === 0;
  const remarks = ends.flatMap(remarksOf);
  const requestedAt = first.entries.find(({ seq }) => seq === first.requestSeq)?.atMs ?? 0;
  return pageText({
    title: isOne ? titleOf(first) : `${grouped(ends.length)} lifecycles of a recording`,
    answer: isOne ? answerOf(first) : countsOf(ends),
    model: verdictsOf(ends),
    body: [
      isOne ? section('Answers', null, answersOf(first)) : lifecyclesSection(ends),
      isOne
        ? sequenceSection(first.entries, remarks, requestedAt, 'the request that is judged')
        : sequenceSection(first.entries, remarks, 0, 'the recording began'),
      isOne ? section('Checks', null, checksTable(first, 'Checks and their results')) : verdictsSection(ends),
    ],
  });
}

function titleOf({ lifecycle, threadId }: End): string {
  return `Replay: ${lifecycle} of thread ${threadId}`;
}

function answerOf(end: End): Markup {
  const { judgement, yardstick, serverName, failure } = end;
  const by = yardstick === 'contract' ? 'by the contract' : `by what ${serverName} is known to do`;
  const failed = failure === null ? null : html` The server failed: ${failure}.`;
  return html`Verdict: ${verdictMarkup(judgement.verdict)}, ${by}.${failed}`;
}

function verdictMarkup(verdict: End['judgement']['verdict']): Markup {
  return html`<strong class="verdict ${verdictClass[verdict]}">${verdict}</strong>`;
}

function countsOf(ends: readonly End[]): Markup {
  const counts = (['fail', 'inconclusive', 'pass'] as const).flatMap((verdict) => {
    const count = ends.filter(({ judgement }) => judgement.verdict === verdict).length;
    return count === 0 ? [] : [html`${grouped(count)} ${verdictMarkup(verdict)}`];
  });
  return html`Verdicts: ${counts.map((each, i) => html`${i === 0 ? '' : ', '}${each}`)}.`;
}

/** Server and rollout, the questions and their answers, why it failed and what to do. */
function answersOf(end: End): Markup {
  return facts([
    ['Server', end.serverName],
    ['Rollout', end.rollout.path],
    ...end.judgement.questions.map(({ id, answer, detail }): [string, Markup] => [
      asked[id],
      questionMarkup(answer, detail),
    ]),
    ...modelNote(end),
    ...nextSteps(end).flatMap(({ why, next }): [string, string][] => [
      ['Why', why],
      ['Next', next],
    ]),
  ]);
}

function questionMarkup(answer: Question['answer'], detail: string): Markup {
  return html`<strong>${answer}</strong> <span class="muted">${detail}</span>`;
}

const checkColumns: readonly Column<JudgedCheck>[] = [
  { title: 'check', cell: ({ id }) => id },
  { title: 'result', cell: ({ status }) => html`<span class="${statusClass[status]}">${status}</span>` },
  { title: 'detail', isLong: true, cell: ({ detail }) => detail },
];

function checksTable({ judgement }: End, caption: string): Markup {
  return table(caption, checkColumns, judgement.checks);
}

function lifecyclesSection(ends: readonly End[]): Markup {
  return section(
    'Lifecycles',
    null,
    table<End>(
      'Lifecycles and verdicts',
      [
        {
          title: 'message',
          isNumber: true,
          cell: ({ requestSeq }) => html`<a href="#m${requestSeq}">${requestSeq}</a>`,
        },
        { title: 'lifecycle', cell: ({ lifecycle }) => lifecycle },
        { title: 'thread', cell: ({ threadId }) => html`<span class="code">${threadId}</span>` },
        { title: 'verdict', cell: ({ judgement }) => verdictMarkup(judgement.verdict) },
        {
          title: 'why',
          isLong: true,
          cell: (end) =>
            nextSteps(end)
              .map(({ why }) => why)
              .join('; '),
        },
      ],
      ends,
    ),
  );
}

/** All that is said of each lifecycle; those that failed are unfolded. */
function verdictsSection(ends: readonly End[]): Markup {
  const main = mainEnd(ends);
  return section(
    'Answers and checks',
    null,
    ...ends.map((end) => {
      const what = `message ${end.requestSeq}: ${end.lifecycle} of thread ${end.threadId}`;
      return html`<details${end === main ? html` open` : null}><summary>${what}: ${verdictMarkup(end.judgement.verdict)}</summary>
${answersOf(end)}
${checksTable(end, `Checks of ${what}`)}</details>
`;
    }),
  );
}

/**
 * What is judged, and the failed checks beside the messages that they rest on; usage that did not come has its place after
 * the answer.
 */
function remarksOf({ judgement, lifecycle, requestSeq, answerSeq }: End): Remark[] {
  const { verdict, checks, expected } = judgement;
  const failed = checks.filter(({ status }) => status === 'fail');
  return [
    { seq: requestSeq, text: `${lifecycle}: ${verdict}`, isGood: verdict === 'pass', missing: null },
    ...failed.flatMap(({ id, detail, evidence }): Remark[] => {
      const isMissing = id === 'usage-present' && expected.usage !== null;
      if (isMissing && answerSeq !== null) {
        return [{ seq: answerSeq, text: `${id}: ${detail}`, isGood: false, missing: USAGE }];
      }
      return evidence.flatMap((each) =>
        'seq' in each ? [{ seq: each.seq, text: `fails ${id}`, isGood: false, missing: null }] : [],
      );
    }),
  ];
}
