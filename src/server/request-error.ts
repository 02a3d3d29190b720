const INVALID_REQUEST = -32600;
const INTERNAL = -32603;

/** A request that is answered with an error. `code` and the message go over the wire. */
export class RequestError extends Error {
  readonly code: number;

  constructor(message: string, code: number = INVALID_REQUEST) {
    super(message);
    this.code = code;
  }
}

/** A request that does not say what it must: Codex tells what its decoder found. */
export function invalidRequest(problem: string): RequestError {
  return new RequestError(`Invalid request: ${problem}`);
}

/** What is asked for would write outside the Codex home, which this server does not do (Codex does). */
export function outsideHome(path: string): RequestError {
  return new RequestError(`\`${path}\` is outside the Codex home: nothing is written there`);
}

/** Something failed that the client could not know of, for example a disk that is full. */
export function internalError(error: unknown): RequestError {
  return new RequestError(error instanceof Error ? error.message : String(error), INTERNAL);
}
