import { Group, Stack, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** Beside the title, small: states, marks. */
  readonly aside?: ReactNode;
  /** Under the title, in words. */
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every screen: one h1, what one can do here, the content. */
export function Page({ title, aside, lead, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Sprintlab`;
  }, [title]);
  return (
    <Stack gap={20}>
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 320px' }}>
          <Group gap={10} align="center" wrap="wrap">
            <Title order={1} style={{ overflowWrap: 'anywhere' }} lineClamp={3}>
              {title}
            </Title>
            {aside}
          </Group>
          {lead !== undefined && (
            <div className="prose" style={{ marginTop: 6, color: 'var(--ink-2)' }}>
              {lead}
            </div>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

interface SectionProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" align="flex-end" mb={10} gap="xs">
        <div style={{ minWidth: 0 }}>
          <Title order={2}>{title}</Title>
          {note !== undefined && (
            <div className="muted prose" style={{ fontSize: 13 }}>
              {note}
            </div>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </section>
  );
}

export function Card({ children, padding = 16 }: { readonly children: ReactNode; readonly padding?: number }) {
  return (
    <div className="card" style={{ padding }}>
      {children}
    </div>
  );
}

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  /** Words, not a number: as wide as two. */
  readonly isWide?: boolean;
}

export function Facts({ of: facts }: { readonly of: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ name, value, note, isWide }) => (
        <div key={name} data-wide={isWide}>
          <dt>{name}</dt>
          <dd>
            {value}
            {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Pairs({ of: pairs }: { readonly of: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="pairs">
      {pairs.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
