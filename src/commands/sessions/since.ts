import { UserError } from '../../errors.ts';

const MINUTE = 60_000;
const units: ReadonlyMap<string, number> = new Map([
  ['m', MINUTE],
  ['h', 60 * MINUTE],
  ['d', 24 * 60 * MINUTE],
  ['w', 7 * 24 * 60 * MINUTE],
]);

/** The time that `--since` names: so long before `now`, or a date, of which the local time zone decides. @throws {UserError} */
export function sinceTime(text: string, now: Date): Date {
  const [, count = '', unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const length = units.get(unit);
  if (length !== undefined) return new Date(now.getTime() - Number(count) * length);
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00`) : Date.parse(text);
  if (/^\d{4}-/.test(text) && !Number.isNaN(time)) return new Date(time);
  throw new UserError(`--since ${text} is no time`, { hint: 'for example 30m, 12h, 7d, 2w or 2026-11-22' });
}
