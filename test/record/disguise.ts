import { basename } from 'node:path';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Gives the rollouts of a case ids of their own, of the same length and in the same order, so that cases which have the
 * same ids can stand in one Codex home and byte offsets stay right; and takes the disguise off what Codex answers.
 */
export class Disguise {
  readonly #pairs: readonly (readonly [real: string, shown: string])[];

  /** `files`: the names of the case's rollouts, which hold their ids. `number`: of the case, different for each. */
  constructor(files: readonly string[], number: number) {
    const ids = new Set(files.flatMap((file) => basename(file).match(UUID) ?? []));
    const mark = number.toString(16).padStart(4, '0');
    this.#pairs = [...ids].map((id) => [id, `${id.slice(0, 24)}${mark}${id.slice(28)}`]);
  }

  on(text: string): string {
    return this.#pairs.reduce((changed, [real, shown]) => changed.replaceAll(real, shown), text);
  }

  off(text: string): string {
    return this.#pairs.reduce((changed, [real, shown]) => changed.replaceAll(shown, real), text);
  }
}
