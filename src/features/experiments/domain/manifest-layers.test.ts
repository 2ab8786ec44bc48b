import { describe, expect, it } from 'vitest';
import { DomainError } from '#kernel/domain-error.ts';
import { ManifestError } from './manifest-error.ts';
import { parseManifest, type ParsedManifest } from './parse-manifest.ts';

class NotThere extends DomainError<'NOT_THERE'> {
  constructor(file: string) {
    super('NOT_THERE', `${file} does not exist`);
  }
}

/** Reads the first file; the others are found by their path. */
function parse(files: Readonly<Record<string, string>>): ParsedManifest {
  const [file = ''] = Object.keys(files);
  const read = (name: string): { file: string; text: string } => {
    const text = files[name];
    if (text === undefined) throw new NotThere(name);
    return { file: name, text };
  };
  return parseManifest(read(file), { readBase: (_from, path) => read(path) });
}

function mistakes(files: Readonly<Record<string, string>>): readonly string[] {
  try {
    parse(files);
    return [];
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return error.places.map(
      ({ file, line, column, path, problem }) => `${file ?? ''}:${line ?? 0}:${column ?? 0} ${path ?? ''}: ${problem}`,
    );
  }
}

const MAIN = 'extends: base.yaml\nname: demo\nquestion: Which?\n';
const BASE = 'sprintlab: 1\ndataset: beauty\nsettings: {method: item-knn, itemKnn: {neighbours: 7, shrink: 2}}\n';

describe('extends', () => {
  it('merges deeply, lists replaced, the file that extends winning', () => {
    const { manifest, locate } = parse({
      'main.yaml': `${MAIN}settings: {itemKnn: {shrink: 3}}\nprotocol: {cutoffs: [20]}\n`,
      'base.yaml': `${BASE}protocol: {cutoffs: [5, 10], minLength: 3}\nextends: root.yaml\n`,
      'root.yaml': 'protocol: {minItemCount: 1, minLength: 9}\n',
    });
    expect(manifest.settings.itemKnn).toEqual({ neighbours: 7, shrink: 3 });
    expect(manifest.protocol).toMatchObject({ cutoffs: [20], minLength: 3, minItemCount: 1 });
    expect(locate(['settings', 'itemKnn', 'shrink'])).toEqual({ file: 'main.yaml', line: 4, column: 30 });
    expect(locate(['settings', 'itemKnn', 'neighbours'])).toEqual({ file: 'base.yaml', line: 3, column: 52 });
    expect('extends' in manifest).toBe(false);
  });

  it('places a mistake in the file that made it, and what is missing in the first', () => {
    expect(
      mistakes({
        'main.yaml': 'extends: base.yaml\nname: 5\n',
        'base.yaml': `${BASE}limits: {usd: -1, usd: 2}\nfoo: 1\n`,
      }),
    ).toEqual([
      'main.yaml:1:1 question: question is missing',
      'main.yaml:2:7 name: 5 is not possible here',
      'base.yaml:4:15 limits.usd: -1 is not possible here',
      'base.yaml:4:19 : the key is written twice',
      'base.yaml:5:1 foo: this key is not known',
    ]);
  });

  it('shows a circle', () => {
    expect(mistakes({ 'main.yaml': MAIN, 'base.yaml': `${BASE}extends: main.yaml\n` })).toEqual([
      'base.yaml:4:10 extends: extends goes in a circle: main.yaml -> base.yaml -> main.yaml',
    ]);
  });

  it('takes eight bases and no more', () => {
    const chain = (bases: number): Record<string, string> => ({
      'main.yaml': MAIN,
      'base.yaml': `${BASE}extends: 2.yaml\n`,
      ...Object.fromEntries(
        Array.from({ length: bases - 1 }, (_, index) => [
          `${index + 2}.yaml`,
          index + 2 < bases ? `extends: ${index + 3}.yaml\n` : 'limits: {usd: 1}\n',
        ]),
      ),
    });
    expect(mistakes(chain(8))).toEqual([]);
    expect(mistakes(chain(9))).toEqual(['8.yaml:1:10 extends: the chain of base files is too long']);
  });

  it('places the refusal of the reader at the key', () => {
    expect(mistakes({ 'main.yaml': MAIN })).toEqual(['main.yaml:1:10 extends: base.yaml does not exist']);
  });

  it.each(['/etc/base.yaml', 'file:///base.yaml', 'base.json', '~/base.yaml', 'C:\\base.yaml', '[base.yaml]', '5'])(
    'refuses the path %s',
    (path) => {
      expect(mistakes({ 'main.yaml': MAIN.replace('base.yaml', path) })).toEqual([
        'main.yaml:1:10 extends: this is not the path of a base file',
      ]);
    },
  );

  it('reports the syntax of a base at the base', () => {
    expect(mistakes({ 'main.yaml': MAIN, 'base.yaml': 'a: b: c\n' })).toEqual([
      'base.yaml:1:4 : this is not YAML: Nested mappings are not allowed in compact mappings',
    ]);
  });
});
