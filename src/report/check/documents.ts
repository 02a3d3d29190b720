import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The URL of the documents that this very program was shipped with, which lie in its package. */
export function shippedDocuments(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return pathToFileURL(join(folder, 'docs')).href;
}
