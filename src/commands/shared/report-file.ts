import type { FileKind } from '../../files/kinds.ts';
import { OutputFile } from '../../files/output-file.ts';
import type { Guard } from '../../files/refusal.ts';
import type { Io } from '../../io.ts';

/** A file that a report is written to. A signal that ends the run leaves nothing of it. */
export class ReportFile {
  readonly #file: OutputFile;
  readonly #unregister: () => void;

  private constructor(file: OutputFile, onDeadlySignal: Io['onDeadlySignal']) {
    this.#file = file;
    this.#unregister = onDeadlySignal(() => file.abandon());
  }

  /** @throws {CannotWrite} when it cannot be written there, or must not be */
  static async begin(
    path: string,
    kind: FileKind,
    guard: Guard,
    onDeadlySignal: Io['onDeadlySignal'],
  ): Promise<ReportFile> {
    return new ReportFile(await OutputFile.begin(path, kind, guard), onDeadlySignal);
  }

  /** @throws {CannotWrite} */
  async write(text: string): Promise<void> {
    await this.#file.write(text);
  }

  /** @throws {CannotWrite} */
  async end(): Promise<void> {
    await this.#file.end();
    this.#unregister();
  }

  /** Leaves no trace of a report that did not become whole. */
  async abandon(): Promise<void> {
    await this.#file.abandon();
    this.#unregister();
  }
}
