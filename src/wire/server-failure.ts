import { Problem, type ProblemOptions } from '../errors.ts';

/**
 * The server, or the way to it, failed: it could not be started or reached, was silent for too long, died, or sent what
 * nobody can read.
 */
export class ServerFailure extends Problem {
  constructor(message: string, options: ProblemOptions = {}) {
    super('server', message, options);
  }
}
