/** What was made lately, the oldest forgotten first. Of two who want the same at once one makes it. */
export class Recent<Key, Value> {
  private readonly kept = new Map<Key, Value>();

  constructor(private readonly most: number) {}

  get(key: Key, make: () => Value): Value {
    const known = this.kept.get(key);
    const value = known ?? make();
    this.kept.delete(key);
    this.kept.set(key, value);
    if (this.kept.size > this.most) for (const oldest of [...this.kept.keys()].slice(0, 1)) this.kept.delete(oldest);
    // What could not be made is tried again.
    if (known === undefined && value instanceof Promise) value.catch(() => this.kept.delete(key));
    return value;
  }

  forget(): void {
    this.kept.clear();
  }
}
