import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DomainError } from '#kernel/domain-error.ts';

export class NotBuiltError extends DomainError<'NOT_BUILT'> {
  constructor(file: string, cause: unknown) {
    super('NOT_BUILT', `The code versions of the stages cannot be read from ${file}. Run \`npm run build\`.`);
    this.cause = cause;
  }
}

/**
 * The code version of each kind of stage, 64 hexadecimal digits, as the build left them (`dist/code-versions.json`).
 * @throws NotBuiltError where the file is missing, damaged, or lacks one of the kinds.
 */
export async function readCodeVersions<Kind extends string>(
  file: string,
  kinds: readonly Kind[],
): Promise<Readonly<Record<Kind, string>>> {
  const version = z.string().regex(/^[0-9a-f]{64}$/);
  const versions = z.looseRecord(z.enum(kinds), version);
  try {
    return versions.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new NotBuiltError(file, error);
  }
}
