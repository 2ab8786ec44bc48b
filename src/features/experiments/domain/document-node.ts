import type { JsonValue } from '#kernel/json.ts';

/** Keys and indexes from the root of a document: `['axes', 'intents.cap', 1]`. */
export type DocumentPath = readonly (string | number)[];

/** Lines and columns are 1-based. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A value that knows where it was written, so that documents can be merged and mistakes still have their place. */
export type DocumentNode =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null; readonly at: Position }
  | { readonly kind: 'list'; readonly items: readonly DocumentNode[]; readonly at: Position }
  | MappingNode;

export interface MappingNode {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, MappingEntry>;
  readonly at: Position;
}

export interface MappingEntry {
  readonly keyAt: Position;
  readonly node: DocumentNode;
}

/** The plain value of a document. */
export function toJson(node: DocumentNode): JsonValue {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toJson(entry.node)]));
}

/** Mappings merge key by key, keys of the base first; anything else is replaced. */
export function mergeNodes(base: DocumentNode, over: DocumentNode): DocumentNode {
  if (base.kind !== 'mapping' || over.kind !== 'mapping') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const inherited = base.entries.get(key);
    entries.set(key, inherited === undefined ? entry : { ...entry, node: mergeNodes(inherited.node, entry.node) });
  }
  return { ...over, entries };
}

/** Where a path is written; what is not written is placed at what would hold it. `isKey` asks for the key, not the value. */
export function positionOf(root: DocumentNode, path: DocumentPath, isKey = false): Position {
  let node = root;
  let position = root.at;
  for (const step of path) {
    const next = stepInto(node, step);
    if (next === null) break;
    node = next.node;
    position = isKey && next.keyAt !== null ? next.keyAt : node.at;
  }
  return position;
}

/** `axes.intents.cap[1]` */
export function formatPath(path: DocumentPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

function stepInto(node: DocumentNode, step: string | number): { node: DocumentNode; keyAt: Position | null } | null {
  if (node.kind === 'mapping') return node.entries.get(String(step)) ?? null;
  const item = node.kind === 'list' ? node.items[Number(step)] : undefined;
  return item === undefined ? null : { node: item, keyAt: null };
}
