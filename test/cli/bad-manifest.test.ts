import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { shellOfThisFile, toyManifest, type ShellOutcome } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;

beforeAll(async () => {
  home = await shell.homeWithToy();
});

/** What a person sees: one message on standard error, by exit code 2. */
async function messageOf(file: string, workingFolder = home): Promise<string> {
  const { code, out, err }: ShellOutcome = await shell.run(['run', file], { home, workingFolder });
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(/^[^\n]+\n$/)]);
  return err.trim();
}

const messageOfText = async (text: string | Uint8Array): Promise<string> => {
  const file = await shell.file('manifest.yaml', text);
  return (await messageOf(file)).replace(file, 'manifest.yaml');
};

describe('a manifest that cannot be read', () => {
  it('is missing', async () => {
    expect(await messageOf('none.yaml')).toBe('none.yaml: the file does not exist.');
  });

  it('is a folder', async () => {
    expect(await messageOf(home)).toBe(`${home}: this is a folder; name a YAML file.`);
  });

  it('never ends', async () => {
    expect(await messageOf('/dev/zero')).toBe('/dev/zero: this is not a regular file.');
  });

  it('is not UTF-8', async () => {
    const message = await messageOfText(Buffer.from('question: caf\u00e9\n', 'latin1'));
    expect(message).toBe('manifest.yaml: the file is not UTF-8 text.');
  });

  it.each([
    ['more than a manifest may hold', 1_100_000, 'manifest.yaml:1:1: the document is too long'],
    ['more than is read at all', 5_000_000, 'manifest.yaml: the file is too large; a manifest has at most 1 MiB.'],
  ])('has %s', async (_, bytes, expected) => {
    expect(await messageOfText(`${toyManifest()}#${'x'.repeat(bytes)}\n`)).toContain(expected);
  });

  it('has a place in the refusal, though none within it', async () => {
    expect(await shell.refusal(['validate', 'none.yaml'], { home })).toEqual({
      exit: 2,
      code: 'UNREADABLE_MANIFEST',
      message: 'none.yaml: the file does not exist.',
      places: [
        {
          file: 'none.yaml',
          line: null,
          column: null,
          path: null,
          problem: 'the file does not exist',
          allowed: null,
          suggestion: null,
        },
      ],
    });
  });
});

describe('a document that would take the machine', () => {
  it('multiplies by aliases', async () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index, names) => {
      const item = index === 0 ? 'x' : `*${names[index - 1] ?? ''}`;
      return `${name}: &${name} [${Array.from({ length: 9 }, () => item).join(', ')}]`;
    });
    // 9 + 9² + … + 9⁶ values, of which 10,000 are allowed
    expect(await messageOfText(levels.join('\n'))).toMatch(/manifest\.yaml:\d+:\d+: the document has too many values/);
  });

  it.each([
    ['closed', `a: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`],
    ['left open', '['.repeat(5000)],
    ['by indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('nests deep, %s', async (_, text) => {
    expect(await messageOfText(text)).toMatch(/manifest\.yaml:\d+:\d+: the document (nests too deep|has too many)/);
  });

  it('is two', async () => {
    const text = `${toyManifest()}---\n${toyManifest()}`;
    expect(await messageOfText(text)).toContain('manifest.yaml:7:1: a second document begins here');
  });
});

describe('a base that a manifest must not reach', () => {
  /** A manifest two folders below a folder in which it is read, as it would lie among others. */
  async function messageOfBase(base: string): Promise<string> {
    const workingFolder = join(await shell.folder(), 'mine', 'manifests');
    await mkdir(workingFolder, { recursive: true });
    const outside = await shell.file('outside.yaml', 'name: outside\n');
    await symlink(outside, join(workingFolder, 'link.yaml'));
    await writeFile(
      join(workingFolder, 'manifest.yaml'),
      toyManifest([`extends: ${base.replace('OUTSIDE', outside)}`]),
    );
    return messageOf('manifest.yaml', workingFolder);
  }

  it('is named from the root', async () => {
    expect(await messageOfBase('OUTSIDE')).toMatch(
      /^The manifest has a mistake: manifest\.yaml:7:10 extends: this is not the path of a base file/,
    );
  });

  it.each([
    ['is above, and is there', '../../../../../../etc/hosts.yaml'],
    ['is above, and is not there', '../../../../../../none/none.yaml'],
    ['is a link that leads outside', 'link.yaml'],
  ])('%s: it says no more than that it lies outside', async (_, base) => {
    expect(await messageOfBase(base)).toMatch(
      /^The manifest has a mistake: manifest\.yaml:7:10 extends: [^:]+\.yaml: this file lies outside of the working folder and of the folder above the manifest\.$/,
    );
  });

  it('extends the manifest again', async () => {
    const workingFolder = await shell.folder();
    await writeFile(join(workingFolder, 'manifest.yaml'), toyManifest(['extends: base.yaml']));
    await writeFile(join(workingFolder, 'base.yaml'), 'extends: manifest.yaml\n');
    expect(await messageOf('manifest.yaml', workingFolder)).toContain(
      'base.yaml:1:10 extends: extends goes in a circle: manifest.yaml -> base.yaml -> manifest.yaml',
    );
  });
});

describe('a manifest of what is not there', () => {
  it('names a data set wrongly: the nearest is offered', async () => {
    const message = await messageOfText(toyManifest(['dataset: toi']));
    expect(message).toMatch(/manifest\.yaml:6:10 dataset: .*"toi" is not registered.*did you mean toy\?$/);
  });

  it('asks for a method that is not built: those that are are listed', async () => {
    const message = await messageOfText(toyManifest(['arms: [{name: ours, method: llm-ranker}]']));
    expect(message).toMatch(/manifest\.yaml:6:29 arms\[0\]\.method: method llm-ranker is not built yet.*popularity/);
  });

  it('leaves nothing behind', async () => {
    await messageOfText(toyManifest(['dataset: toi']));
    expect(await shell.json(['experiments', 'list'], { home })).toEqual({ items: [], next: null });
  });
});
