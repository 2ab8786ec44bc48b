import ts from 'typescript';
import { beforeEach, describe, expect, it } from 'vitest';
import { codeVersion, codeVersions, type Build, type LockedPackage } from '../../scripts/code-version.mjs';
import buildSettings from '../../tsconfig.build.json' with { type: 'json' };

const ENTRIES = {
  sessions: 'dist/science/stages/sessions.js',
  baseline: 'dist/science/stages/baseline.js',
  evaluation: 'dist/science/stages/evaluation.js',
};

describe('the code version of a stage', () => {
  let sources: Record<string, string>;
  let packages: Record<string, LockedPackage>;

  beforeEach(() => {
    sources = {
      'science/stages/sessions.ts': "import { z } from 'zod';\nexport const run = () => z.string();",
      'science/stages/baseline.ts':
        "import { popularity } from '#science/models/popularity.ts';\nexport const run = popularity;",
      'science/stages/evaluation.ts':
        "export async function run() {\n  return (await import('../models/popularity.ts')).popularity();\n}",
      'science/models/popularity.ts':
        "import { createHash } from 'node:crypto';\nimport { draw } from 'pure-rand/distribution/uniform';\n" +
        "/** Most clicked first. */\nexport const popularity = () => draw(createHash('md5')); // ties\n",
    };
    packages = {
      'node_modules/zod': { version: '4.6.7' },
      'node_modules/pure-rand': { version: '8.4.2', dependencies: { bits: '^1.0.0' } },
      'node_modules/bits': { version: '1.0.0' },
      'node_modules/yaml': { version: '2.9.1' },
    };
  });

  const versions = () => codeVersions(ENTRIES, builtFrom(sources, packages));
  /** The stages whose version is another one after `change`. */
  const movedBy = (change: () => void) => {
    const before = versions();
    change();
    const after = versions();
    return Object.keys(ENTRIES).filter((kind) => before[kind] !== after[kind]);
  };
  const edit = (path: string, from: string, to: string) => {
    expect(sources[path]).toContain(from);
    sources[path] = sources[path]!.replace(from, to);
  };

  it('is 64 hexadecimal digits and the same each time', () => {
    expect(versions()['baseline']).toMatch(/^[0-9a-f]{64}$/);
    expect(versions()).toEqual(versions());
  });

  it('moves with a model for the stages that import it, statically or dynamically, and for no other', () => {
    const moved = movedBy(() => edit('science/models/popularity.ts', "'md5'", "'sha1'"));
    expect(moved).toEqual(['baseline', 'evaluation']);
  });

  it('does not move with a comment', () => {
    const moved = movedBy(() => {
      edit(
        'science/models/popularity.ts',
        '/** Most clicked first. */',
        '/**\n * Most clicked first,\n * then by id.\n */',
      );
      edit('science/models/popularity.ts', '// ties', '// ties share a rank');
    });
    expect(moved).toEqual([]);
  });

  it('moves with the version of a package for those that use it', () => {
    expect(movedBy(() => (packages['node_modules/zod'] = { version: '4.6.8' }))).toEqual(['sessions']);
    expect(movedBy(() => (packages['node_modules/yaml'] = { version: '2.9.2' }))).toEqual([]);
  });

  it('moves with what a package depends on, where Node would find it', () => {
    expect(movedBy(() => (packages['node_modules/bits'] = { version: '1.0.1' }))).toEqual(['baseline', 'evaluation']);
    const nested = { 'node_modules/pure-rand/node_modules/bits': { version: '1.0.2' } };
    expect(movedBy(() => Object.assign(packages, nested))).toEqual(['baseline', 'evaluation']);
    expect(movedBy(() => (packages['node_modules/bits'] = { version: '9.9.9' }))).toEqual([]);
  });

  it('bears two modules that import each other', () => {
    edit('science/models/popularity.ts', '// ties', "\nexport { run } from '../stages/baseline.ts';");
    expect(versions()['baseline']).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['an import whose module is computed', 'await import(`./${name}.js`);', /popularity\.js: an import whose module/],
    ['a room that package.json does not name', "import '#nowhere/thing.ts';", /#nowhere\/thing\.ts fits none/],
    ['a package that is not locked', "import 'left-pad';", /left-pad is not in package-lock\.json/],
  ])('refuses %s and names it', (_, line, message) => {
    sources['science/models/popularity.ts'] = line;
    expect(() => codeVersion(ENTRIES.baseline, builtFrom(sources, packages))).toThrow(message);
  });
});

/** What the build makes of the sources: compiled by the same settings, comments and all. */
function builtFrom(sources: Readonly<Record<string, string>>, packages: Build['packages']): Build {
  const { options } = ts.convertCompilerOptionsFromJson(buildSettings.compilerOptions, '.');
  const compilerOptions = { ...options, module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const compile = (text: string) => ts.transpileModule(text, { compilerOptions, fileName: 'module.ts' }).outputText;
  return {
    read: (path) => compile(sources[path.replace('dist/', '').replace(/\.js$/, '.ts')]!),
    imports: { '#science/*.ts': { default: './dist/science/*.js' } },
    packages,
  };
}
