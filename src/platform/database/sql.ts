import type { DatabaseTarget } from '#platform/config/config.ts';

export type SqlValue = string | number | boolean | null;

/** A piece of a statement with the values that it binds, in the order of their places. */
export class Sql {
  private constructor(
    /** One more than values. */
    private readonly texts: readonly string[],
    private readonly values: readonly SqlValue[],
  ) {}

  static of(texts: readonly string[], parts: readonly (Sql | SqlValue)[]): Sql {
    const merged: string[] = [texts[0] ?? ''];
    const values: SqlValue[] = [];
    for (const [index, part] of parts.entries()) {
      const following = texts[index + 1] ?? '';
      if (part instanceof Sql) {
        const [first = '', ...others] = part.texts;
        merged.push(`${merged.pop() ?? ''}${first}`, ...others);
        merged.push(`${merged.pop() ?? ''}${following}`);
        values.push(...part.values);
      } else {
        merged.push(following);
        values.push(part);
      }
    }
    return new Sql(merged, values);
  }

  /** As the engine reads it: `?` on SQLite, `$1`, `$2`, … on Postgres. */
  statement(engine: DatabaseTarget['engine']): { readonly text: string; readonly values: readonly SqlValue[] } {
    const [first = '', ...others] = this.texts;
    const text = others.reduce(
      (whole, part, index) => `${whole}${engine === 'sqlite' ? '?' : `$${index + 1}`}${part}`,
      first,
    );
    return { text, values: engine === 'sqlite' ? this.values.map(asSqlite) : this.values };
  }
}

/** A statement whose values are bound, never written into its text: sql`SELECT * FROM trials WHERE id = ${id}`. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Sql | SqlValue)[]): Sql {
  return Sql.of(texts, parts);
}

/** Text of the program itself, such as the name of a column. Never anything that was asked. */
export function raw(text: string): Sql {
  return Sql.of([text], []);
}

export function joined(parts: readonly (Sql | SqlValue)[], separator: ', ' | ' AND ' | ' OR '): Sql {
  return Sql.of(['', ...parts.slice(1).map(() => separator), ''], parts);
}

/** SQLite has no truth of its own. */
function asSqlite(value: SqlValue): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
