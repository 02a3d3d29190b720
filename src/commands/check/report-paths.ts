import { expectationPath } from '../../check/expectation/file.ts';
import { UserError } from '../../errors.ts';
import { placeOf } from '../../files/place.ts';

/** Where the reports of a run go: to a file each, and none in the place of what is checked. */
export class ReportPaths {
  readonly #places: ReadonlySet<string>;

  private constructor(places: ReadonlySet<string>) {
    this.#places = places;
  }

  /** @throws {UserError} when two reports go to one file */
  static async of(files: readonly string[]): Promise<ReportPaths> {
    const places = new Set<string>();
    for (const file of files) {
      const place = await placeOf(file);
      if (places.has(place)) throw new UserError(`two reports in one file: ${file}`, { hint: 'name a file for each' });
      places.add(place);
    }
    return new ReportPaths(places);
  }

  /** @throws {UserError} when a report would replace this rollout or its expectation */
  async spare(rollout: string): Promise<void> {
    if (this.#places.size === 0) return;
    for (const path of [rollout, expectationPath(rollout)]) {
      if (!this.#places.has(await placeOf(path))) continue;
      throw new UserError(`a report would replace ${path}, which is checked`, { hint: 'name another file for it' });
    }
  }
}
