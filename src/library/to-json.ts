import { jsonText } from '../report/json.ts';

/** Any answer of this library as JSON: token counts with all their digits, nothing in it that acts on a terminal. */
export function toJson(answer: unknown): string {
  return jsonText(answer);
}
