interface Props {
  readonly name: string;
  /** The keys that only repeat what a heading says. */
  readonly short?: boolean;
}

/** `selection.strategy=random, intents.cap=10` as setting and value, so that values can be told apart at a glance. */
export function ArmLabel({ name, short = true }: Props) {
  const parts = name.split(', ').map((part) => part.split('='));
  if (parts.some(({ length }) => length !== 2)) return <span className="arm">{name}</span>;
  return (
    <span className="arm" title={name}>
      {parts.map(([key = '', value = '']) => (
        <span key={key}>
          <span className="key">{short ? lastWords(key) : key} </span>
          {value}
        </span>
      ))}
    </span>
  );
}

/** For axes of charts and places without markup. */
export function armText(name: string): string {
  const parts = name.split(', ').map((part) => part.split('='));
  if (parts.some(({ length }) => length !== 2)) return name;
  return parts.map(([key = '', value = '']) => `${lastWords(key)} ${value}`).join(' · ');
}

/** `selection.strategy` stays whole where the last word alone would not say what it is of. */
function lastWords(key: string): string {
  const [section = key, last] = key.split('.');
  return last === undefined ? section : last === 'strategy' || last === 'kind' ? section : `${section} ${last}`;
}
