import { UserError } from '../../errors.ts';
import { type Fault, parseFault } from '../../server/faults/fault.ts';

/** The faults that `--fault` names. @throws {UserError} when there is no such fault */
export function faultsNamed(names: readonly string[]): Fault[] {
  try {
    return names.map(parseFault);
  } catch (cause) {
    throw new UserError(`--fault: ${(cause as RangeError).message}`, { cause, hint: 'see serve --help' });
  }
}
