import { describe, expect, it } from 'vitest';
import { toJson } from './document-node.ts';
import { readDocument } from './document-reader.ts';

/** `line:column problem` of each mistake. */
function problemsOf(text: string): readonly string[] {
  return readDocument({ file: 'x.yaml', text }).places.map(
    ({ line, column, problem }) => `${line ?? 0}:${column ?? 0} ${problem}`,
  );
}

function valueOf(text: string): unknown {
  const { root } = readDocument({ file: 'x.yaml', text });
  return root === null ? null : toJson(root);
}

describe('readDocument', () => {
  it('reads plain values, with CRLF line ends and a byte order mark too', () => {
    expect(valueOf('\uFEFFa: [1, 0.5, yes, true, null, "5"]\r\nb:\r\n  c: |\r\n    two\r\n    lines\r\n')).toEqual({
      a: [1, 0.5, 'yes', true, null, '5'],
      b: { c: 'two\nlines\n' },
    });
  });

  it('takes what looks like a date or an old octal number as YAML 1.2 does', () => {
    expect(valueOf('a: 2020-01-01\nb: 010\nc: 1_000\nd: 12:30:00\n')).toEqual({
      a: '2020-01-01',
      b: 10,
      c: '1_000',
      d: '12:30:00',
    });
  });

  it('writes aliases out', () => {
    expect(valueOf('a: &x {k: 1}\nb: [*x, *x]\n')).toEqual({ a: { k: 1 }, b: [{ k: 1 }, { k: 1 }] });
  });

  it.each([
    ['', '1:1 the document is empty'],
    ['# only a comment\n', '1:1 the document is empty'],
    ['- a\n', '1:1 the document is not a mapping'],
    ['a: 1\n---\nb: 2\n', '2:1 a second document begins here'],
    ['%YAML 1.1\n---\na: 1\n', '1:1 a directive is not possible here'],
    ['a: !!binary eA==\n', '1:4 a tag is not possible here'],
    ['a: !custom 1\n', '1:4 a tag is not possible here'],
    ['a: .nan\n', '1:4 this is not a plain value'],
    ['a: 1e999\n', '1:4 this is not a plain value'],
    ['a: *nowhere\n', '1:4 the alias names no anchor'],
    ['[1, 2]: a\n', '1:1 a key must be text'],
    ['base: &b {x: 1}\nc:\n  <<: *b\n', '3:3 merge keys are not read'],
    ['__proto__: {a: 1}\n', '1:1 this cannot be a key'],
    ['a: "\\u0000"\n', '1:4 the character U+0000 is not possible here'],
    ['a: "\\ud800"\n', '1:4 the character U+D800 is not possible here'],
    ['a: \u001b[31m\n', '1:4 the character U+001B is not possible here'],
  ])('refuses %j', (text, said) => {
    expect(problemsOf(text)).toEqual([said]);
  });

  it('gives as many syntax mistakes as the parser finds', () => {
    expect(problemsOf('a: [1\nb: {c: 1\n').map((line) => line.slice(0, 24))).toEqual([
      '2:1 this is not YAML: Fl',
      '3:1 this is not YAML: Fl',
    ]);
  });

  it('says where a key is written twice and still gives the values', () => {
    expect(problemsOf('a: 1\nb: 2\na: 3\n')).toEqual(['3:1 the key is written twice']);
    expect(valueOf('a: 1\nb: 2\na: 3\n')).toEqual({ a: 1, b: 2 });
  });
});

describe('the limits of a document', () => {
  it('stops at its size', () => {
    expect(problemsOf(`a: ${'x'.repeat(1_048_576)}`)).toEqual(['1:1 the document is too long']);
    // 600,000 characters of two bytes each
    expect(problemsOf(`a: ${'é'.repeat(600_000)}`)).toEqual(['1:1 the document is too long']);
  });

  it('stops at the number of lines', () => {
    expect(problemsOf('#\n'.repeat(20_000))).toEqual(['1:1 the document has too many lines']);
  });

  it.each([
    ['lists', `a: ${'['.repeat(100_000)}`],
    ['mappings', `a: ${'{b: '.repeat(50_000)}`],
    ['compact lists', `a:\n  ${'- '.repeat(50_000)}1`],
    ['explicit keys', '? '.repeat(50_000)],
    ['indentation', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('stops at %s that nest too deep, without following them', (_, text) => {
    expect(problemsOf(text)[0]).toMatch(/the document (nests too deep|has too many values)/);
  });

  it('takes 32 levels and refuses 33', () => {
    const nested = (levels: number): string => `a: ${'['.repeat(levels - 1)}1${']'.repeat(levels - 1)}`;
    expect(problemsOf(nested(32))).toEqual([]);
    expect(problemsOf(nested(34))).toEqual(['1:36 the document nests too deep']);
  });

  it('stops at the number of values and of keys', () => {
    expect(problemsOf(`a: [${'1,'.repeat(10_001)}]`)[0]).toContain('the document has too many values');
    const keys = Array.from({ length: 90_000 }, (_, index) => `k${index}: 1`).join(',');
    expect(problemsOf(`{${keys}}`)[0]).toContain('the document has too many values');
  });

  it('counts what an alias stands for as often as it stands', () => {
    // nine levels of nine aliases each: 9^9 values from ten lines
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    expect(problemsOf(['l0: &l0 x', ...levels].join('\n'))[0]).toContain('the document has too many values');
  });

  it('stops at the number of aliases, and at one that stands within itself', () => {
    expect(problemsOf(`a: &a 1\nb: [${'*a,'.repeat(101)}]`)[0]).toContain('the document has too many aliases');
    expect(problemsOf('a: &a [*a]')[0]).toContain('the document nests too deep');
  });
});
