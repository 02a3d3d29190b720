import { UserError } from '../../errors.ts';
import { predictLifecycle } from '../../lifecycle/predict.ts';

const SHOWN_CANDIDATES = 4;

/**
 * The turn that `--last-turn` or `--before-turn` names: an id, an unambiguous beginning of one, or one with `…` in its
 * middle, as `turns` prints it. What may be an id that the server alone knows is handed on as it is.
 * @throws {UserError} when it is several turns, or none
 */
export async function turnNamed(text: string, path: string, codexHome: string): Promise<string> {
  const { turns } = await predictLifecycle(path, { lifecycle: 'resume', codexHome });
  const ids = turns.map(({ id }) => id);
  const [start = '', end = ''] = text.split('…');
  const found = ids.includes(text) ? [text] : ids.filter((id) => id.startsWith(start) && id.endsWith(end));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) {
    throw new UserError(`${text} may be ${found.length} turns: ${shown(found)}`, { hint: 'give more of the id' });
  }
  if (ids.length === 0 || isWhole(text)) return text;
  throw new UserError(`${path} has no turn ${text}`, { hint: `it has ${shown(ids)}` });
}

function isWhole(id: string): boolean {
  return /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|rollout-\d+)$/i.test(id);
}

function shown(ids: readonly string[]): string {
  const more = ids.length - SHOWN_CANDIDATES;
  return [...ids.slice(-SHOWN_CANDIDATES), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
