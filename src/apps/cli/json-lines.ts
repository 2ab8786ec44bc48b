import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UnwritableFileError } from '#platform/object-store/folder-object-store.ts';
import type { Terminal } from './terminal.ts';
import type { Answer } from './verb.ts';

export interface ExportOptions {
  readonly json?: boolean;
  readonly out?: string;
}

/** The option of an export, and what follows from it. */
export function exporting(command: Command): Command {
  return command.option('--out <file>', 'write to a new file (default: print)');
}

/**
 * Exports items as lines of JSON, a portion at a time, since all of them may not fit in the memory; with `--json` as one
 * page, like a list. @throws UnwritableFileError, also for a file that exists: it may be the only copy.
 */
export async function exportLines(
  terminal: Terminal,
  options: ExportOptions,
  portions: AsyncIterable<readonly object[]>,
): Promise<Answer> {
  if (options.out !== undefined) return exportToFile(options.out, portions);
  if (options.json === true) {
    const items: object[] = [];
    for await (const portion of portions) items.push(...portion);
    return { json: { items, next: null }, text: '' };
  }
  for await (const portion of portions) terminal.out.write(linesOf(portion));
  return { json: null, text: '' };
}

async function exportToFile(name: string, portions: AsyncIterable<readonly object[]>): Promise<Answer> {
  const refuse = (error: unknown): never => {
    throw new UnwritableFileError(name, error);
  };
  const path = resolve(name);
  const file = await open(path, 'wx').catch(refuse);
  let count = 0;
  try {
    for await (const portion of portions) {
      count += portion.length;
      await file.writeFile(linesOf(portion)).catch(refuse);
    }
  } catch (error) {
    // A half of an export must not be taken for the whole.
    await rm(path);
    throw error;
  } finally {
    await file.close();
  }
  return { json: { items: count, file: name }, text: `${count} lines are in ${name}.\n` };
}

function linesOf(items: readonly object[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
