import { fileURLToPath } from 'node:url';

/** The programs as they were built; the bench measures what a user runs, not the sources. */
const DIST = new URL('../../dist/', import.meta.url);

export const SPRINTLAB = fileURLToPath(new URL('apps/cli/main.js', DIST));

/** A module of the build, by its path below `dist/`. */
export function loadBuilt(path) {
  return import(new URL(path, DIST).href);
}

/** The words of a command that starts a side. */
export function nodeSide(file) {
  return [process.execPath, fileURLToPath(new URL(`sides/${file}`, import.meta.url))];
}

export function pythonSide(python, file) {
  return [python, fileURLToPath(new URL(`python/${file}`, import.meta.url))];
}
