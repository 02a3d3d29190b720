import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What the folder with the binary is called in the package for each system, by Node's names of it. */
const targets: ReadonlyMap<string, string> = new Map([
  ['linux-x64', 'x86_64-unknown-linux-musl'],
  ['linux-arm64', 'aarch64-unknown-linux-musl'],
  ['darwin-x64', 'x86_64-apple-darwin'],
  ['darwin-arm64', 'aarch64-apple-darwin'],
  ['win32-x64', 'x86_64-pc-windows-msvc'],
  ['win32-arm64', 'aarch64-pc-windows-msvc'],
]);

/** Node's name of this system, as npm packages are called after it. */
export const system = `${process.platform}-${process.arch}`;

/** The native Codex binary in the package for this system, which stands in `folder`; undefined when there is none. */
export function nativeBinary(folder: string): string | undefined {
  const vendor = join(folder, 'vendor', targets.get(system) ?? system);
  const name = process.platform === 'win32' ? 'codex.exe' : 'codex';
  return [join(vendor, 'bin', name), join(vendor, 'codex', name)].find((path) => existsSync(path));
}
