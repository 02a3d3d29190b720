import { type Check, fail, pass, seen } from './check.ts';

/** Whether the request was answered as it should be. */
export const response: Check = {
  id: 'response',
  holds: 'the request got a success response',
  judge: ({ exchange, expected, yardstick }) => {
    const { answer, error, method, request } = exchange;
    const asked = seen(method, request);
    if (!answer) return fail('a response', 'none came', asked);
    const answered = seen('answer', answer);
    const isDue = yardstick === 'version' && expected.error !== null;
    if (!error) {
      const due = `error ${expected.error?.code}`;
      return isDue ? fail(due, 'a success response came', asked, answered) : pass('success', answered);
    }
    const said = `error ${error.code}: ${error.message}`;
    if (isDue && BigInt(expected.error?.code ?? 0) === integerOf(error.code)) {
      return pass(`${said}, as this version answers`, answered);
    }
    return fail(isDue ? `error ${expected.error?.code}` : 'a success response', said, asked, answered);
  },
};

function integerOf(code: unknown): bigint | undefined {
  return typeof code === 'number' || typeof code === 'bigint' ? BigInt(code) : undefined;
}
