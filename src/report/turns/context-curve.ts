import type { TurnWithUsage } from '../../accounting/thread-turns.ts';
import { html, type Markup } from '../html/markup.ts';
import { grouped } from '../numbers.ts';

/** The drawing is this many units wide and high; it is stretched to the page, so it holds no text. */
const WIDTH = 1000;
const HEIGHT = 240;
/** Up to so many turns each has a text that shows when it is pointed at. */
const NAMED = 500;

/**
 * The context at the end of each turn as a curve, what each turn used as a bar, and the window as a line, from left to
 * right. Compactions and the turn that owns the restored usage are marked. Tokens. Null when no turn has usage.
 */
export function contextCurve(turns: readonly TurnWithUsage[]): Markup | null {
  const most = turns.reduce((highest, turn) => Math.max(highest, ...countsOf(turn)), 0);
  if (most === 0) return null;
  const step = WIDTH / turns.length;
  const y = (tokens: bigint) => HEIGHT - (Math.max(0, Number(tokens)) / most) * HEIGHT;
  const points = turns.flatMap(({ contextTokens }, place) =>
    contextTokens === null ? [] : [`${round((place + 0.5) * step)},${round(y(contextTokens))}`],
  );
  const window = turns.findLast(({ contextWindow }) => contextWindow !== null)?.contextWindow ?? null;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Context and usage of ${turns.length} turns; the table below has the same numbers">
${turns.map((turn, place) => turnBar(turn, place * step, step, y, turns.length <= NAMED))}
<polyline class="curve" vector-effect="non-scaling-stroke" points="${points.join(' ')}"></polyline>
${window === null ? null : html`<line class="limit" vector-effect="non-scaling-stroke" x1="0" x2="${WIDTH}" y1="${round(y(window))}" y2="${round(y(window))}"></line>`}
<line class="axis" vector-effect="non-scaling-stroke" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"></line>
</svg>
<p class="legend muted">The upper edge is ${grouped(most)} tokens. Bars: what a turn used. Curve: the context at its end.${window === null ? null : ` Dashed line: the window of ${grouped(window)}.`} Full-height bands: a turn with a compaction. Green bar: the turn that the restored usage is attributed to. Pale bars: inherited.</p>`;
}

/** As numbers, for places in a drawing only. */
function countsOf({ ownUsage, contextTokens, contextWindow }: TurnWithUsage): number[] {
  return [ownUsage?.total_tokens, contextTokens, contextWindow].map((count) => Number(count ?? 0n));
}

function turnBar(turn: TurnWithUsage, x: number, step: number, y: (tokens: bigint) => number, named: boolean): Markup {
  const { id, ownUsage, compacted, ownsUsage, inherited } = turn;
  const used = ownUsage?.total_tokens ?? 0n;
  const kind = ownsUsage ? 'owner' : inherited ? 'bar-other' : 'bar-own';
  const place = html`x="${round(x + step * 0.15)}" width="${round(step * 0.7)}"`;
  const band = compacted ? html`<rect class="band" ${place} y="0" height="${HEIGHT}"></rect>` : null;
  const name = named ? html`<title>${id}: ${grouped(used)} tokens used</title>` : null;
  return html`${band}<rect class="${kind}" ${place} y="${round(y(used))}" height="${round(HEIGHT - y(used))}">${name}</rect>`;
}

function round(units: number): string {
  return units.toFixed(1);
}
