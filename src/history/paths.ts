import { isAbsolute, resolve, sep } from 'node:path';

/** An empty part of a path, `.` or `..`. */
const UNUSUAL_PART = /(?:^|\/)\.{0,2}(?:\/|$)/;

/**
 * What `resolve` gives. That makes a path anew, part by part, which for a long path takes as much memory as dozens of it; here
 * most are taken as they are.
 */
export function absolutePath(path: string): string {
  if (sep !== '/' || UNUSUAL_PART.test(isAbsolute(path) ? path.slice(1) : path)) return resolve(path);
  return isAbsolute(path) ? path : entryOf(process.cwd(), path);
}

/** What `join` gives for an entry of a folder whose path is as `normalize` gives it. */
export function entryOf(folder: string, name: string): string {
  if (folder === '.' || folder === './') return name;
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}
