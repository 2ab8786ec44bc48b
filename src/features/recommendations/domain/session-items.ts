import { DomainError, placeOf, type Place } from '#kernel/domain-error.ts';
import { nearestWord } from '#kernel/nearest-word.ts';

/** The items of a trial: what a person calls them, and the numbers that its model knows. */
export interface TrialItems {
  readonly dataset: string;
  /** The ids of the data set by its own index. */
  readonly ids: readonly string[];
  /** (|V|): at position i the data set's index of the model's item i + 1. */
  readonly catalogue: Int32Array;
}

export class EmptySessionError extends DomainError<'EMPTY_SESSION'> {
  constructor() {
    super('EMPTY_SESSION', 'The session has no item. Give at least one, for instance `--items a,b,c`.');
  }
}

export class UnknownItemError extends DomainError<'UNKNOWN_ITEM'> {
  constructor(places: readonly Place[]) {
    const sentences = places.map(({ problem, suggestion }) =>
      suggestion === null ? `${problem}.` : `${problem}. Did you mean ${JSON.stringify(suggestion)}?`,
    );
    super('UNKNOWN_ITEM', sentences.join(' '), places);
  }
}

/**
 * The numbers that the model knows the items of a session by, oldest first.
 * @throws EmptySessionError, UnknownItemError naming every item that is not in the data or that the trial dropped.
 */
export function sessionItems(session: readonly string[], items: TrialItems): Int32Array {
  if (session.length === 0) throw new EmptySessionError();
  const indexes = new Map(items.ids.map((id, index) => [id, index]));
  const numbers = new Map(Array.from(items.catalogue, (index, position) => [index, position + 1]));
  const numberOf = (id: string): number | undefined => numbers.get(indexes.get(id) ?? -1);
  const problems = [...new Set(session)].filter((id) => numberOf(id) === undefined);
  if (problems.length > 0)
    throw new UnknownItemError(problems.map((id) => (indexes.has(id) ? dropped(id, items) : unknown(id, items))));
  return Int32Array.from(session, (id) => numberOf(id) ?? 0);
}

function unknown(id: string, { dataset, ids, catalogue }: TrialItems): Place {
  const known = Array.from(catalogue, (index) => ids[index] ?? '');
  const problem = `Data set ${dataset} has no item ${JSON.stringify(id)}`;
  return placeOf({ path: '--items', problem, suggestion: nearestWord(id, known) });
}

function dropped(id: string, { dataset, catalogue }: TrialItems): Place {
  const problem =
    `Data set ${dataset} has item ${JSON.stringify(id)}, but the trial's protocol dropped it ` +
    `(too rare, or in no session that was kept); the model knows ${catalogue.length} others`;
  return placeOf({ path: '--items', problem });
}
