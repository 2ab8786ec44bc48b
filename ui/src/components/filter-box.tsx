import { ActionIcon, Popover, TextInput } from '@mantine/core';
import { IconFilter, IconHelpCircle, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { ApiError } from '../lib/api.ts';

interface Props {
  readonly value: string;
  readonly onChange: (filter: string) => void;
  /** Of the list that the filter was asked of. */
  readonly error: Error | null;
  readonly examples: readonly string[];
  readonly label: string;
}

/** The filter language of the command line and the API; a mistake is shown where it is. */
export function FilterBox({ value, onChange, error, examples, label }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const mistake = draft === null ? mistakeIn(error) : null;
  const commit = (filter: string): void => {
    setDraft(null);
    onChange(filter.trim());
  };
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        commit(text);
      }}
    >
      <TextInput
        aria-label={label}
        placeholder={`Filter: ${examples[0] ?? ''}`}
        value={text}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => draft !== null && commit(draft)}
        leftSection={<IconFilter size={15} aria-hidden />}
        rightSectionWidth={text === '' ? 34 : 62}
        rightSection={
          <>
            {text !== '' && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label="Clear the filter"
                onClick={() => commit('')}
              >
                <IconX size={14} />
              </ActionIcon>
            )}
            <Help examples={examples} use={commit} />
          </>
        }
        withErrorStyles={false}
        styles={{
          input: { fontFamily: text === '' ? undefined : 'var(--mantine-font-family-monospace)', fontSize: 13 },
        }}
        error={mistake === null ? undefined : <Mistake of={mistake} filter={text} />}
      />
    </form>
  );
}

function mistakeIn(error: Error | null): ApiError | null {
  return error instanceof ApiError && (error.status === 400 || error.status === 422) ? error : null;
}

function Mistake({ of: error, filter }: { readonly of: ApiError; readonly filter: string }) {
  const [place] = error.places;
  const column = place?.column;
  return (
    <span className="input-error" style={{ display: 'block', marginTop: 6 }}>
      {typeof column === 'number' && (
        <span className="mono" aria-hidden style={{ display: 'block', whiteSpace: 'pre', overflowX: 'auto' }}>
          {filter}
          {'\n'}
          {' '.repeat(Math.max(0, column - 1))}^
        </span>
      )}
      {place?.problem ?? error.message}
      {typeof place?.suggestion === 'string' && <> Did you mean {place.suggestion}?</>}
      {typeof place?.allowed === 'string' && <> Allowed: {place.allowed}.</>}
    </span>
  );
}

function Help({ examples, use }: { readonly examples: readonly string[]; readonly use: (filter: string) => void }) {
  return (
    <Popover width={360} position="bottom-end" withArrow>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="What can be filtered by">
          <IconHelpCircle size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <div style={{ fontSize: 13 }}>
          Compare with <code>= != &lt; &lt;= &gt; &gt;= IN (…)</code>, <code>IS NULL</code>; join with{' '}
          <code>AND OR NOT</code> and brackets. The same text works in <code>--filter</code> of the command line.
          <ul style={{ margin: '8px 0 0', paddingLeft: 16 }}>
            {examples.map((example) => (
              <li key={example}>
                <button
                  type="button"
                  className="sort mono"
                  style={{ color: 'var(--accent)' }}
                  onClick={() => use(example)}
                >
                  {example}
                </button>
              </li>
            ))}
          </ul>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
