import type { JsonValue } from '../../json/json-value.ts';
import { Params } from '../params.ts';
import type { Call } from '../server-state.ts';
import type { Step } from '../step.ts';

/** Reads the params and gives back what to do then. @throws {RequestError} when they are wrong */
export type Method = (params: JsonValue | undefined, call: Call) => () => Promise<Step[]>;

/** A method whose params Codex calls `struct`: `read` reads them, `act` does what they ask for. */
export function method<Request>(
  struct: string,
  read: (params: Params, call: Call) => Request,
  act: (request: Request, call: Call) => Promise<Step[]>,
): Method {
  return (value, call) => {
    const request = read(new Params(value, struct), call);
    return () => act(request, call);
  };
}

/** A method whose params name a thread and nothing else. */
export function threadMethod(struct: string, act: (threadId: string, call: Call) => Promise<Step[]>): Method {
  return method(struct, (params) => params.string('threadId'), act);
}
