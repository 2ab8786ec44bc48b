import type { JsonValue } from '#kernel/json.ts';

/** One element of a bracket list, in quotes or bare; a quote inside a bare word (`Men's Shoes`) is part of it. */
const ELEMENT = /\s*(?:'((?:[^'\\]|\\.)*)'\s*(?=[,\]])|"((?:[^"\\]|\\.)*)"\s*(?=[,\]])|([^,[\]]+))/g;

/**
 * The categories of one item, in the order of the source, each once.
 * A list, also one of lists (the paths of Amazon's `categories`), is flattened. A text is split at `separator` if there is
 * one; else a bracket list (`["A","B"]`, `['A', 'B']`, `[[A,B],[A,C]]`) is read as such, and any other text is one category.
 */
export function parseCategories(cell: JsonValue | undefined, separator: string | null): string[] {
  const names = namesIn(cell, separator).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}

function namesIn(cell: JsonValue | undefined, separator: string | null): string[] {
  if (typeof cell === 'string') return namesInText(cell, separator);
  if (typeof cell === 'number') return [String(cell)];
  return isList(cell) ? leavesOf(cell) : [];
}

function namesInText(text: string, separator: string | null): string[] {
  if (separator !== null) return text.split(separator);
  const trimmed = text.trim();
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return [text];
  const list = parseJsonList(trimmed);
  return list === null ? elementsOf(trimmed) : leavesOf(list);
}

function parseJsonList(text: string): readonly JsonValue[] | null {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isList(value) ? value : null;
  } catch {
    return null;
  }
}

function elementsOf(bracketList: string): string[] {
  return Array.from(bracketList.matchAll(ELEMENT), ([, single, double, bare]) => {
    const quoted = single ?? double;
    return quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1');
  });
}

function leavesOf(list: readonly JsonValue[]): string[] {
  return list.flatMap((element) => (isList(element) ? leavesOf(element) : leafOf(element)));
}

function leafOf(element: JsonValue): string[] {
  return typeof element === 'string' || typeof element === 'number' ? [String(element)] : [];
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
