/**
 * Results in the order of the items, however long each takes, with at most `atOnce` being worked on. Who stops asking leaves
 * those that were begun to end by themselves.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void> {
  const begun: Promise<Result>[] = [];
  let next = 0;
  for (;;) {
    for (; next < items.length && begun.length < atOnce; next++) begun.push(guarded(work(items[next]!)));
    const first = begun.shift();
    if (first === undefined) return;
    yield await first;
  }
}

/** A failure that nobody waits for yet would end the process; whoever waits for it later still gets it. */
function guarded<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}
