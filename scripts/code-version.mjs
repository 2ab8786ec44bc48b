import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { initSync, parse } from 'es-module-lexer';

initSync();

/** @type {import('./code-version.d.mts').codeVersions} */
export function codeVersions(entries, build) {
  return Object.fromEntries(Object.entries(entries).map(([kind, entry]) => [kind, codeVersion(entry, build)]));
}

/** @type {import('./code-version.d.mts').codeVersion} */
export function codeVersion(entry, build) {
  const { modules, packages } = reach(entry, build);
  const lines = [
    ...[...modules].map(([path, text]) => `module ${path} ${sha256(text)}`),
    ...[...packages].map(([place, version]) => `package ${place} ${version}`),
  ];
  return sha256(lines.sort().join('\n'));
}

/** Everything that an entry can execute: module path → text, place of a package in the lock → version. */
function reach(entry, build) {
  const modules = new Map();
  const packages = new Map();
  const open = [entry];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (modules.has(path)) continue;
    const text = build.read(path).replace(/^\/\/# sourceMappingURL=.*$/m, '');
    modules.set(path, text.trimEnd());
    for (const specifier of specifiersOf(path, text)) {
      const module = moduleOf(specifier, path, build.imports);
      if (module !== null) open.push(module);
      else if (!specifier.startsWith('node:'))
        addPackage(packageName(specifier), '', { packages, lock: build.packages });
    }
  }
  return { modules, packages };
}

function specifiersOf(path, text) {
  const [imports] = parse(text, path);
  const reached = imports.filter(({ d }) => d !== IMPORT_META);
  if (reached.some(({ n }) => n === undefined)) {
    throw new Error(`${path}: an import whose module is computed cannot be followed; name the module in a string.`);
  }
  return reached.map(({ n }) => n);
}

/** What es-module-lexer gives as the place of an `import.meta`, which imports nothing. */
const IMPORT_META = -2;

/** @returns {string | null} the path of the module that a specifier names, `null` for a package or a part of Node */
function moduleOf(specifier, from, imports) {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  if (!specifier.startsWith('#')) return null;
  for (const [pattern, target] of Object.entries(imports)) {
    const [head, tail] = pattern.split('*');
    if (!specifier.startsWith(head) || !specifier.endsWith(tail)) continue;
    const name = specifier.slice(head.length, specifier.length - tail.length);
    return posix.normalize(target.default.replace('*', name));
  }
  throw new Error(`${from}: ${specifier} fits none of the imports of package.json.`);
}

function packageName(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Adds a package and, because it executes them too, what it depends on; each where Node would find it from `user`. */
function addPackage(name, user, found) {
  const place = placeOf(name, user, found.lock);
  if (found.packages.has(place)) return;
  const { version, dependencies, optionalDependencies } = found.lock[place];
  found.packages.set(place, version);
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) addPackage(next, place, found);
}

function placeOf(name, user, lock) {
  for (let folder = user; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const place = posix.join(folder, 'node_modules', name);
    if (place in lock) return place;
    if (folder === '') throw new Error(`${name} is not in package-lock.json; run npm install.`);
  }
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}
