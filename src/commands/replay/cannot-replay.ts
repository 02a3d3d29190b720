import { UserError } from '../../errors.ts';
import { NotARollout } from '../../rollout/lines/open-rollout.ts';
import { cannotRead } from '../shared/targets.ts';

/** Like `cannotRead`, for `replay`: it reads no standard input, so what is compressed must be unpacked to a file. */
export function cannotReplay(path: string, error: unknown): unknown {
  if (!(error instanceof NotARollout && error.code === 'compressed')) return cannotRead(path, error);
  return new UserError(`${path} ${error.message}`, { cause: error, hint: 'zstd -d FILE' });
}
