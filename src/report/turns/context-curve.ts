import type { TurnWithUsage } from '../../accounting/thread-turns.ts';
import type { Rollback } from '../../accounting/usage-divider.ts';
import { html, type Markup } from '../html/markup.ts';
import { grouped } from '../numbers.ts';

/** A drawing is this many units wide and high; it is stretched to the page, so it holds no text. */
const WIDTH = 1000;
const HEIGHT = 100;
/** So wide is a turn at most, in pixels. */
const WIDEST = 90;
/** Up to so many turns each has a text that shows when it is pointed at. */
const NAMED = 500;

/**
 * How the context filled up, and what each turn used, one above the other and turn by turn from left to right: the context
 * at the end of each turn against the window; compactions, rollbacks and the turn that owns the restored usage are marked.
 * Null when no turn has usage.
 */
export function contextCurve(turns: readonly TurnWithUsage[], rollbacks: readonly Rollback[]): Markup | null {
  const window = turns.findLast(({ contextWindow }) => contextWindow !== null)?.contextWindow ?? null;
  const most = highest(turns.flatMap(({ contextTokens, contextWindow }) => [contextTokens, contextWindow]));
  const used = highest(turns.map(({ ownUsage }) => ownUsage?.total_tokens ?? null));
  if (most === 0n && used === 0n) return null;
  const undone = rollbacks.map(({ turnsBefore, usage }) =>
    upright(turnsBefore / turns.length, `rolled back: ${grouped(usage.total_tokens)} tokens`),
  );
  const named = turns.length <= NAMED;
  const contexts = [
    ...turns.map((turn, place) => contextStep(turn, place / turns.length, 1 / turns.length, most, named)),
    ...(window === null ? [] : [level('limit', window, most)]),
    ...undone,
  ];
  const usages = [
    ...turns.map((turn, place) => usageBar(turn, place / turns.length, 1 / turns.length, used, named)),
    ...undone,
  ];
  return html`${chart('Context at the end of each turn', contexts, most, turns.length)}
${chart('Own usage of each turn', usages, used, turns.length)}
${legend(turns, rollbacks, window)}`;
}

function chart(what: string, pieces: readonly Markup[], most: bigint, count: number): Markup {
  const turns = count === 1 ? '1 turn' : `${grouped(count)} turns`;
  return html`<figure><figcaption>${what} <span class="muted">up to ${grouped(most)} tokens, ${turns} from left to right</span></figcaption>
<svg class="chart" width="${count * WIDEST}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${what}; the table of turns has the same numbers">
${pieces}
<line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"></line>
</svg></figure>`;
}

function contextStep(turn: TurnWithUsage, x: number, width: number, most: bigint, named: boolean): Markup {
  const { id, contextTokens, compacted } = turn;
  const place = html`x="${units(x)}" width="${units(width)}"`;
  const band = compacted ? html`<rect class="band" ${place} y="0" height="${HEIGHT}"></rect>` : null;
  if (contextTokens === null) return html`${band}`;
  const y = heightOf(contextTokens, most);
  const name = named ? html`<title>turn ${id}: ${grouped(contextTokens)} tokens in the context</title>` : null;
  return html`${band}<rect class="filled" ${place} y="${y}" height="${round(HEIGHT - Number(y))}">${name}</rect><line class="curve" x1="${units(x)}" x2="${units(x + width)}" y1="${y}" y2="${y}"></line>`;
}

function usageBar(turn: TurnWithUsage, x: number, width: number, most: bigint, named: boolean): Markup {
  const { id, ownUsage, compacted, ownsUsage, inherited } = turn;
  const used = ownUsage?.total_tokens ?? 0n;
  const y = heightOf(used, most);
  const kind = ownsUsage ? 'owner' : inherited ? 'bar-other' : 'bar-own';
  const band = compacted
    ? html`<rect class="band" x="${units(x)}" width="${units(width)}" y="0" height="${HEIGHT}"></rect>`
    : null;
  const name = named ? html`<title>turn ${id}: ${grouped(used)} tokens used</title>` : null;
  return html`${band}<rect class="${kind}" x="${units(x + width * 0.15)}" width="${units(width * 0.7)}" y="${y}" height="${round(HEIGHT - Number(y))}">${name}</rect>`;
}

function level(kind: string, tokens: bigint, most: bigint): Markup {
  const y = heightOf(tokens, most);
  return html`<line class="${kind}" x1="0" x2="${WIDTH}" y1="${y}" y2="${y}"></line>`;
}

function upright(x: number, name: string): Markup {
  return html`<line class="undone" x1="${units(x)}" x2="${units(x)}" y1="0" y2="${HEIGHT}"><title>${name}</title></line>`;
}

/** What the marks mean, of those that there are. */
function legend(turns: readonly TurnWithUsage[], rollbacks: readonly Rollback[], window: bigint | null): Markup {
  const sum = rollbacks.reduce((total, { usage }) => total + usage.total_tokens, 0n);
  const items: [holds: boolean, kind: string, meaning: string][] = [
    [window !== null, 'limit', `the window of ${grouped(window ?? 0n)} tokens`],
    [turns.some(({ compacted }) => compacted), 'band', 'a compaction stands in it'],
    [rollbacks.length > 0, 'undone', `a rollback took turns back: ${grouped(sum)} tokens`],
    [turns.some(({ ownsUsage }) => ownsUsage), 'owner', 'the restored usage is attributed to it'],
    [turns.some(({ inherited }) => inherited), 'bar-other', 'inherited'],
  ];
  return html`<ul class="legend">${items
    .filter(([holds]) => holds)
    .map(
      ([, kind, meaning]) =>
        html`<li><svg width="24" height="12" viewBox="0 0 24 12" aria-hidden="true">${sample(kind)}</svg> ${meaning}</li>`,
    )}</ul>`;
}

function sample(kind: string): Markup {
  if (kind === 'limit') return html`<line class="limit" x1="0" x2="24" y1="6" y2="6"></line>`;
  if (kind === 'undone') return html`<line class="undone" x1="12" x2="12" y1="0" y2="12"></line>`;
  return html`<rect class="${kind}" x="0" y="0" width="24" height="12"></rect>`;
}

function highest(counts: readonly (bigint | null)[]): bigint {
  return counts.reduce<bigint>((most, count) => (count !== null && count > most ? count : most), 0n);
}

/** How far from the upper edge a count stands, in units of the drawing: all that is no exact number here. */
function heightOf(tokens: bigint, most: bigint): string {
  return round(most === 0n ? HEIGHT : HEIGHT - (Math.max(0, Number(tokens)) / Number(most)) * HEIGHT);
}

/** A share of the width in units of the drawing. */
function units(share: number): string {
  return round(share * WIDTH);
}

function round(number: number): string {
  return number.toFixed(1);
}
