import type { LargeLine } from '../../size/largest-lines.ts';
import type { CauseSize, KindSize, RolloutSize } from '../../size/rollout-size.ts';
import { bar } from '../html/bar.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { type Column, facts, section, table } from '../html/section.ts';
import { grouped } from '../numbers.ts';
import { bytesText, secondsText, shareText } from './amounts.ts';
import { type SizeAnswer, sizeObject } from './index.ts';

/** The page of `size`: what the bytes are, as bars, and for several rollouts which are large. Its model is that of `--json`. */
export function sizePage(answer: SizeAnswer): string {
  const { rollouts, total } = answer;
  const [only] = rollouts;
  const shown = total ?? only;
  const title = total ? `Size of ${grouped(total.rollouts)} rollouts` : `Size of ${only?.path ?? 'nothing'}`;
  return pageText({
    title,
    answer: html`${shown?.why ?? 'Nothing was read.'}`,
    model: sizeObject(answer),
    body: [
      ...(shown ? [causesSection(shown.causes, shown.bytes), kindsSection(shown.kinds, shown.bytes)] : []),
      ...(total || !only ? [rolloutsSection(rollouts, total?.bytes ?? 0)] : rolloutSections(only)),
      ...(answer.errors.length > 0
        ? [section('Not read', null, facts(answer.errors.map(({ message, hint }) => [message, hint])))]
        : []),
    ],
  });
}

function causesSection(causes: readonly CauseSize[], whole: number): Markup {
  return section(
    'Causes',
    'Why the bytes are there. They add up to the whole.',
    table(
      'Causes, largest first',
      [
        { title: 'cause', cell: ({ name }) => name },
        ...shareColumns<CauseSize>(whole),
        { title: 'what it is', isLong: true, cell: ({ message }) => message },
        { title: 'what helps', isLong: true, cell: ({ advice }) => advice },
      ],
      causes,
    ),
  );
}

function kindsSection(kinds: readonly KindSize[], whole: number): Markup {
  return section(
    'Kinds of lines',
    null,
    table(
      'Kinds of lines, largest first',
      [
        { title: 'kind', cell: ({ kind }) => kind },
        { title: 'lines', isNumber: true, cell: ({ records }) => grouped(records) },
        ...shareColumns<KindSize>(whole),
      ],
      kinds,
    ),
  );
}

function rolloutSections({ largest, bytes, loading, concern }: RolloutSize): Markup[] {
  return [
    section(
      'Longest lines',
      null,
      table(
        'Longest lines',
        [
          { title: 'at byte', isNumber: true, cell: ({ byteOffset }) => grouped(byteOffset) },
          ...shareColumns<LargeLine>(bytes),
          { title: 'kind', cell: ({ kind }) => kind },
        ],
        largest,
      ),
    ),
    section(
      'What a resume costs',
      'Estimated from what Codex 0.122 to 0.169 took.',
      facts([
        ['Concern', concern],
        ['Bytes to load', bytesText(loading.bytes)],
        ['Memory of a resume', bytesText(loading.resumeMemory)],
        ['Memory of a fork', bytesText(loading.forkMemory)],
        ['Time of a resume', secondsText(loading.resumeSeconds)],
      ]),
    ),
  ];
}

function rolloutsSection(rollouts: readonly RolloutSize[], whole: number): Markup {
  return section(
    'Rollouts',
    null,
    table(
      'Rollouts, largest first',
      [
        { title: 'rollout', cell: ({ path }) => path },
        ...shareColumns<RolloutSize>(whole),
        { title: 'mostly', cell: ({ causes }) => causes[0]?.name ?? 'nothing' },
        { title: 'a resume', cell: ({ concern }) => concern },
      ],
      rollouts,
    ),
  );
}

/** Bytes as a number, as a share of the whole and as a bar. */
function shareColumns<Row extends { readonly bytes: number }>(whole: number): Column<Row>[] {
  return [
    { title: 'bytes', isNumber: true, cell: ({ bytes }) => grouped(bytes) },
    { title: 'share', isNumber: true, cell: ({ bytes }) => shareText(bytes, whole) },
    { title: 'bar', cell: ({ bytes }) => bar([{ amount: bytes, kind: 'bar-own' }], whole) },
  ];
}
