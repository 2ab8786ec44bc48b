import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mutatedManifest } from '../support/manifest-mutations.ts';
import { shellOfThisFile, type Refusal, type ShellOutcome } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;

beforeAll(async () => {
  home = await shell.folder();
  for (const name of ['beauty', 'books']) {
    await shell.run(['datasets', 'generate', 'random', '--name', name, '--users', '20', '--items', '20'], { home });
  }
});

function expectPlaces({ out, err }: ShellOutcome, file: string): void {
  const { error } = JSON.parse(out) as { readonly error: Refusal };
  expect([error.code, err]).toEqual(['INVALID_MANIFEST', '']);
  expect(error.places).not.toEqual([]);
  for (const place of error.places) {
    expect(place.file).toBe(file);
    expect(place.line).toBeGreaterThan(0);
    expect(place.column).toBeGreaterThan(0);
  }
}

describe('`validate` of five hundred broken manifests', () => {
  it('says yes, or names places, and never fails by itself', async () => {
    const file = join(await shell.folder(), 'fuzz.yaml');
    const codes = { yes: 0, no: 0 };
    for (let number = 1; number <= 500; number += 1) {
      await writeFile(file, mutatedManifest(number));
      const outcome = await shell.run(['validate', file, '--json'], { home });
      expect(outcome.code, `mutation ${number}: ${outcome.out}`).toBeOneOf([0, 2]);
      if (outcome.code === 2) expectPlaces(outcome, file);
      codes[outcome.code === 0 ? 'yes' : 'no'] += 1;
    }
    expect(codes.no).toBeGreaterThan(300);
    expect(codes.yes).toBeGreaterThan(10);
  });
});
