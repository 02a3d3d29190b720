import { page } from '../../files/kinds.ts';
import type { Io } from '../../io.ts';
import { ReportFile } from './report-file.ts';

/** The options that ask for a page. */
export interface PageOptions {
  readonly html?: string;
  readonly force?: true;
}

/** Writes a page, which is made only if one is wanted. @throws {CannotWrite} */
export type WritePage = (text: () => Promise<string>) => Promise<void>;

/**
 * Does `work`, which writes its page to the file that `--html` names. The file is begun before, so that a wrong name costs
 * nothing, and takes its place only when the page is whole.
 * @param inputs files that the run reads, which the page must not replace
 * @throws {CannotWrite} and what `work` throws
 */
export async function withPage<T>(
  { html, force }: PageOptions,
  inputs: readonly string[],
  { onDeadlySignal }: Io,
  work: (writePage: WritePage) => Promise<T>,
): Promise<T> {
  if (html === undefined) return work(async () => {});
  const file = await ReportFile.begin(html, page, { inputs, force: force === true }, onDeadlySignal);
  try {
    return await work(async (text) => {
      await file.write(await text());
      await file.end();
    });
  } finally {
    await file.abandon();
  }
}
