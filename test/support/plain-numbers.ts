import type { JsonObject } from '../../src/json/json-value.ts';

/** The same message with every whole number as a number, as validators want it. */
export function plainNumbers(message: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(message, (_, each) => (typeof each === 'bigint' ? Number(each) : each)));
}
