import { InvalidArgumentError } from 'commander';

/** What timers can wait at most, in milliseconds. More than enough for whatever else is counted. */
const LARGEST = 2 ** 31 - 1;

/** Reads an option's value that is a whole number above 0. */
export function positiveInteger(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It is not a whole number above 0.');
  if (Number(text) > LARGEST) throw new InvalidArgumentError(`It is more than ${LARGEST}.`);
  return Number(text);
}
