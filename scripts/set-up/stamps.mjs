import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where each step leaves the hash of what it worked from. Both are inside what the step makes, and vanish with it. */
export const STAMPS = { dependencies: 'node_modules/.set-up-stamp', build: 'dist/.set-up-stamp' };

const DEPENDENCY_KEYS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'overrides'];
const BUILD_FILES = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/compile.mjs',
  'scripts/compile-ui.mjs',
  'scripts/code-version.mjs',
];

/** @returns {string | null} the hash that a finished step left, `null` where it never finished */
export function readStamp(root, stamp) {
  const path = join(root, stamp);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Hash of what decides the content of `node_modules`: the lock, what is asked for, and the machine that it is built for. */
export function dependencyHash(root) {
  const manifest = readManifest(root);
  const machine = [process.versions.node.split('.')[0], process.platform, process.arch];
  return hashOf([
    readIfThere(join(root, 'package-lock.json')),
    ...DEPENDENCY_KEYS.map((key) => JSON.stringify(manifest[key] ?? {})),
    ...machine,
  ]);
}

/** Hash of what decides the content of `dist`: sources without their tests, compiler settings, the build's own scripts. */
export function sourceHash(root) {
  const sources = ['src', 'ui']
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => !path.endsWith('.test.ts'));
  const paths = [...sources, ...BUILD_FILES].sort();
  const { imports, type } = readManifest(root);
  return hashOf([JSON.stringify({ imports, type }), ...paths.flatMap((path) => [path, readIfThere(join(root, path))])]);
}

function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}

function readManifest(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path) : '';
}

/** Each part goes in with its length, so that no two lists of parts read the same. */
function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex');
}
