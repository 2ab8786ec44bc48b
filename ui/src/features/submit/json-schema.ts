/** What of JSON Schema the manifest's schema uses and an editor can show. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
}

export interface Offer {
  readonly label: string;
  readonly detail: string;
  readonly info: string;
  readonly isSection: boolean;
}

/** Keys under which the setting's dotted name stands instead of its sections. */
const DOTTED = new Set(['axes', 'link', 'exclude']);

/** What may be written as a key at a path, for instance `['settings', 'selection']`. */
export function keysAt(schema: JsonSchema, path: readonly string[]): readonly Offer[] {
  const [first] = path;
  if (first !== undefined && DOTTED.has(first)) return path.length === 1 ? dottedSettings(schema) : [];
  const node = nodeAt(schema, path);
  const sections = node === null ? [] : alternatives(node).flatMap(({ properties = {} }) => Object.entries(properties));
  return sections.map(([label, one]) => offerOf(label, one));
}

/** What may be written as the value of a key. */
export function valuesAt(schema: JsonSchema, path: readonly string[]): readonly Offer[] {
  const [first, dotted] = path;
  const node =
    first !== undefined && DOTTED.has(first) && dotted !== undefined
      ? nodeAt(schema, ['settings', ...dotted.split('.')])
      : nodeAt(schema, path);
  if (node === null) return [];
  return alternatives(node).flatMap((one) => {
    const words = one.type === 'boolean' ? [true, false] : (one.enum ?? (one.const === undefined ? [] : [one.const]));
    return words.map((word) => ({
      label: String(word),
      detail: word === node.default ? 'default' : '',
      info: node.description ?? '',
      isSection: false,
    }));
  });
}

function dottedSettings(schema: JsonSchema): readonly Offer[] {
  const sections = Object.entries(nodeAt(schema, ['settings'])?.properties ?? {});
  return sections.flatMap(([section, node]) =>
    node.properties === undefined
      ? [offerOf(section, node)]
      : Object.entries(node.properties).map(([key, one]) => offerOf(`${section}.${key}`, { ...one, type: 'array' })),
  );
}

function nodeAt(schema: JsonSchema, path: readonly string[]): JsonSchema | null {
  return path.reduce<JsonSchema | null>((node, key) => {
    if (node === null) return null;
    for (const one of alternatives(node)) {
      const found = (one.items ?? one).properties?.[key];
      if (found !== undefined) return found;
    }
    return null;
  }, schema);
}

function alternatives(node: JsonSchema): readonly JsonSchema[] {
  return [node, ...(node.anyOf ?? []), ...(node.items === undefined ? [] : [node.items])];
}

function offerOf(label: string, node: JsonSchema): Offer {
  const usual =
    node.default === undefined || typeof node.default === 'object' ? '' : `default ${JSON.stringify(node.default)}`;
  return { label, detail: usual, info: node.description ?? '', isSection: node.properties !== undefined };
}
