import { Problem, type ProblemOptions } from '../../errors.ts';

/** What cannot be read as a rollout, whatever it holds: a folder, a device, a compressed file that is damaged. */
export class NotARollout extends Problem {
  constructor(message: string, code: 'not-a-rollout' | 'compressed' = 'not-a-rollout', options: ProblemOptions = {}) {
    super(code, message, options);
  }
}
