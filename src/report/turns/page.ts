import type { TurnWithUsage } from '../../accounting/thread-turns.ts';
import { html } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { type Column, facts, section, table } from '../html/section.ts';
import { grouped } from '../numbers.ts';
import { plainStyle } from '../style.ts';
import { ownerText, totalsText } from './card.ts';
import { contextCurve } from './context-curve.ts';
import { type TurnsAnswer, turnsObject } from './index.ts';
import { statusText, tookText, turnMarks } from './table.ts';
import { utcText } from './time.ts';

const columns: readonly Column<TurnWithUsage>[] = [
  { title: 'turn', cell: ({ id }) => id },
  { title: 'status', cell: ({ status }) => statusText[status] },
  { title: 'start (UTC)', cell: ({ startedAt }) => (startedAt === null ? '' : utcText(startedAt)) },
  { title: 'took', isNumber: true, cell: tookText },
  { title: 'own usage', isNumber: true, cell: ({ ownUsage }) => (ownUsage ? grouped(ownUsage.total_tokens) : 'none') },
  {
    title: 'context',
    isNumber: true,
    cell: ({ contextTokens }) => (contextTokens === null ? '' : grouped(contextTokens)),
  },
  {
    title: 'notes',
    cell: (turn) =>
      turnMarks
        .filter(({ holds }) => holds(turn))
        .map(({ meaning }) => meaning)
        .join(', '),
  },
];

/** The page of `turns`: how the context filled up, and all turns as a table. Its model is what `--json` prints. */
export function turnsPage(answer: TurnsAnswer): string {
  const { thread, notices } = answer;
  const { path, threadId, cliVersion } = thread;
  const turns = [...thread.turns];
  const totals = totalsText(thread, plainStyle);
  return pageText({
    title: `Turns of thread ${threadId ?? path}`,
    answer: html`${[...totals, ...ownerText(thread, turns)].join('; ')}.`,
    model: turnsObject(answer, turns),
    body: [
      section(
        'Rollout',
        null,
        facts([
          ['File', path],
          ['Begun by', cliVersion === null ? 'an unknown version' : `Codex ${cliVersion}`],
          ['Turns', grouped(turns.length)],
          ...(thread.resumeError ? [['Codex does not resume it', thread.resumeError.message] as const] : []),
          ...notices.map(({ message }) => ['Note', message] as const),
        ]),
      ),
      section('Context', null, contextCurve(turns, thread.total.rollbacks) ?? 'No turn has usage.'),
      section('Turns', null, table('Turns and what they used', columns, turns)),
    ],
  });
}
