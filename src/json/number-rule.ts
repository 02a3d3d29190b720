/**
 * What serde_json asks of every number, read or not. `f64`: it is in the range of one. `as-written`: a whole number
 * fits 64 bits or needs more than 128. `any`: nothing.
 */
export type NumberRule = 'f64' | 'as-written' | 'any';

/** What is wrong with the number between `start` and `end`, if anything. */
export type NumberCheck = (bytes: Buffer, start: number, end: number) => string | undefined;

const I64_MIN = -(2n ** 63n);
const U64_MAX = 2n ** 64n - 1n;
const I128_MIN = -(2n ** 127n);
const U128_MAX = 2n ** 128n - 1n;

export const numberChecks: Record<NumberRule, NumberCheck> = {
  any: () => undefined,
  f64: (bytes, start, end) => {
    const isInRange = Number.isFinite(Number(bytes.toString('latin1', start, end)));
    return isInRange ? undefined : 'a number out of range';
  },
  'as-written': (bytes, start, end) => {
    if (end - start < 19 || end - start > 40) return undefined;
    const raw = bytes.toString('latin1', start, end);
    if (!/^-?\d+$/.test(raw)) return undefined;
    const integer = BigInt(raw);
    const needs128 = (integer > U64_MAX && integer <= U128_MAX) || (integer < I64_MIN && integer >= I128_MIN);
    return needs128 ? 'a whole number that needs 128 bits' : undefined;
  },
};
