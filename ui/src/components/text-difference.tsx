import { diffWordsWithSpace } from 'diff';
import { useMemo } from 'react';

interface Props {
  readonly text: string;
  /** What it is compared with; `null`: nothing is marked. */
  readonly before: string | null;
}

/** Of two texts of this many characters together the comparison takes a few milliseconds. */
const COMPARABLE = 60_000;

/** The text, with what is new in it marked. Long equal stretches stay: they are the prompt. */
export function TextDifference({ text, before }: Props) {
  const parts = useMemo(
    () => (before === null || before.length + text.length > COMPARABLE ? null : diffWordsWithSpace(before, text)),
    [before, text],
  );
  return (
    <pre className="text boxed" tabIndex={0}>
      {parts === null
        ? text
        : parts.map(({ value, added, removed }, place) => (
            <Part key={place} value={value} isAdded={added} isRemoved={removed} />
          ))}
    </pre>
  );
}

function Part({
  value,
  isAdded,
  isRemoved,
}: {
  readonly value: string;
  readonly isAdded: boolean;
  readonly isRemoved: boolean;
}) {
  if (isAdded) return <ins className="added">{value}</ins>;
  return isRemoved ? null : value;
}
