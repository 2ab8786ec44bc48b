import type { ProfiledSessionDetailAnswer } from '#features/profilings/http/profilings.schema.ts';

interface Props {
  readonly detail: ProfiledSessionDetailAnswer;
  /** Places in the context that are evidence of what is pointed at. */
  readonly lit: readonly number[];
}

/** The items one bought one after another, and the held-out one that the intents had to lead to. */
export function SessionItems({ detail: { context, heldOut }, lit }: Props) {
  return (
    <ol className="session-items" aria-label="Items of the session, oldest first">
      {context.map(({ id, title, categories }, place) => (
        <li key={`${place} ${id}`} data-lit={lit.includes(place) || undefined} title={categories.join(', ')}>
          <span className="muted num">{place + 1}</span> {title ?? id}
          {lit.includes(place) && <span className="visually-hidden"> (evidence)</span>}
        </li>
      ))}
      <li className="held-out" title={heldOut.categories.join(', ')}>
        <span className="muted">held out</span> {heldOut.title ?? heldOut.id}
      </li>
    </ol>
  );
}
