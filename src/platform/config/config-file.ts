import { readFileSync, statSync } from 'node:fs';
import { isAlias, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { z } from 'zod';
import { placeOf, type Place } from '#kernel/domain-error.ts';

/** Who answers prompts, by the name that manifests use. Addresses, keys and prices are here and never in a manifest. */
export interface LlmProvider {
  /** Rules over texts instead of a language model: for trying the machinery, and labelled wherever its numbers appear. */
  readonly kind: 'simulated';
  /** Share of its answers that are wrong on purpose. */
  readonly errorRate: number;
}

export type LlmProviders = Readonly<Record<string, LlmProvider>>;

/** What there is without a file. */
const BUILT_IN: LlmProviders = { simulated: { kind: 'simulated', errorRate: 0.1 } };

const PROVIDER_NAME = /^[a-z0-9][a-z0-9._-]{0,79}$/;

const fileSchema = z.strictObject({
  llms: z
    .record(
      z.string().regex(PROVIDER_NAME, 'must be lower-case letters, digits, dots, dashes and underscores'),
      z.strictObject({ kind: z.literal('simulated'), errorRate: z.number().min(0).max(1).default(0.1) }),
    )
    .default({}),
});

const MOST_BYTES = 1024 * 1024;

export type ReadConfigFile =
  | { readonly providers: LlmProviders; readonly mistakes: readonly [] }
  | { readonly providers: null; readonly mistakes: readonly Place[] };

/** The providers of a configuration file, beside those that are built in; or every mistake in it with its place. */
export function readConfigFile(file: string | undefined): ReadConfigFile {
  if (file === undefined) return { providers: BUILT_IN, mistakes: [] };
  const text = textOf(file);
  if (text === null) {
    const problem = 'cannot be read as a file of at most 1 MiB; correct the path, or unset SPRINTLAB_CONFIG';
    return { providers: null, mistakes: [placeOf({ file, problem })] };
  }
  return parsed(file, text);
}

function textOf(file: string): string | null {
  try {
    const status = statSync(file);
    return status.isFile() && status.size <= MOST_BYTES ? readFileSync(file, 'utf8') : null;
  } catch {
    return null;
  }
}

function parsed(file: string, text: string): ReadConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number): Pick<Place, 'file' | 'line' | 'column'> => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const broken = document.errors.map(({ pos, message }) =>
    placeOf({ ...at(pos[0]), problem: message.split('\n')[0] ?? message }),
  );
  const mistakesOfForm = [
    ...broken,
    ...aliases(document).map((offset) => placeOf({ ...at(offset), problem: NO_ALIAS })),
  ];
  if (mistakesOfForm.length > 0) return { providers: null, mistakes: mistakesOfForm };
  const result = fileSchema.safeParse(document.toJS() ?? {});
  if (result.success) return { providers: { ...BUILT_IN, ...result.data.llms }, mistakes: [] };
  const mistakes = result.error.issues.map(({ path, message }) => {
    const node = document.getIn(path, true);
    const range = isRanged(node) ? node.range : null;
    return placeOf({ ...(range === null ? { file } : at(range[0])), path: path.join('.'), problem: message });
  });
  return { providers: null, mistakes };
}

const NO_ALIAS = 'aliases are not allowed here; write the value out';

/** Where aliases stand. A few of them can stand for a document that fills the memory. */
function aliases(document: Document): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Alias: (_key, node) => {
      if (isAlias(node)) offsets.push(node.range?.[0] ?? 0);
    },
  });
  return offsets;
}

function isRanged(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
