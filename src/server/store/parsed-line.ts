import { isJsonObject, type JsonObject, jsonValue } from '../../json/json-value.ts';

/** The JSON object that a line holds; an empty one when it holds none. */
export function parsedLine(bytes: Buffer): JsonObject {
  try {
    const value = jsonValue(bytes);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
