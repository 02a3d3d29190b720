import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `path` as a service names a file of the checkout: relative to `cwd`, with `/`; as it is where it is not below `cwd`. */
export function fileName(path: string, cwd: string): string {
  return below(path, cwd)?.join('/') ?? path;
}

/** The same as a URI, and whether it is relative to `cwd`. */
export function fileUri(path: string, cwd: string): { readonly uri: string; readonly isRelative: boolean } {
  const segments = below(path, cwd);
  return segments
    ? { uri: segments.map((segment) => encodeURIComponent(wellFormed(segment))).join('/'), isRelative: true }
    : { uri: pathToFileURL(wellFormed(resolve(cwd, path))).href, isRelative: false };
}

/** The parts of the way from `cwd` down to `path`; null when it does not lie below. */
function below(path: string, cwd: string): string[] | null {
  const way = relative(cwd, resolve(cwd, path));
  const segments = way.split(sep);
  return way === '' || isAbsolute(way) || segments[0] === '..' ? null : segments;
}

/** URIs are made of UTF-8, which knows no lone surrogates. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
