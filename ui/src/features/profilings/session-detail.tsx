import type { ProfiledSessionDetailAnswer } from '#features/profilings/http/profilings.schema.ts';
import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { Card, Section } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { count, metric } from '../../lib/format.ts';
import { AttemptView } from './attempt-view.tsx';
import { SessionItems } from './session-items.tsx';

const route = getRouteApi('/profilings/$trial');

interface Props {
  readonly detail: ProfiledSessionDetailAnswer;
  readonly marks: ReactNode;
}

export function SessionDetail({ detail, marks }: Props) {
  const [lit, setLit] = useState<readonly number[]>([]);
  return (
    <Stack gap={18}>
      <Card>
        <Group justify="space-between" mb={12} wrap="wrap">
          <Group gap={12}>
            <h2 style={{ margin: 0, fontSize: 17 }}>Session {detail.session}</h2>
            <State of={detail.outcome} note={detail.acceptedAt === null ? '' : ` at attempt ${detail.acceptedAt}`} />
            {marks}
          </Group>
          <Neighbours detail={detail} />
        </Group>
        <SessionItems detail={detail} lit={lit} />
        <p className="muted" style={{ margin: '12px 0 0', fontSize: 12.5 }}>
          {detail.uncertainty !== null && `Uncertainty ${metric(detail.uncertainty, 3)}`}
          {detail.decile !== null && ` (decile ${detail.decile} of 10) · `}
          {count(detail.calls)} LLM calls, {count(detail.tokens)} tokens
          {detail.overlapsTarget && ' · an accepted intent shares words with the held-out item'}
        </p>
      </Card>
      <Attempts detail={detail} light={setLit} />
    </Stack>
  );
}

function Neighbours({ detail: { previous, following } }: { readonly detail: ProfiledSessionDetailAnswer }) {
  const navigate = route.useNavigate();
  const go = (session: number | null) => () =>
    void navigate({ search: (old) => ({ ...old, session: session ?? undefined }), resetScroll: false });
  return (
    <Group gap={6}>
      <Button
        variant="default"
        size="compact-sm"
        disabled={previous === null}
        onClick={go(previous)}
        leftSection={<IconArrowLeft size={14} aria-hidden />}
      >
        Before
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        disabled={following === null}
        onClick={go(following)}
        rightSection={<IconArrowRight size={14} aria-hidden />}
      >
        After
      </Button>
    </Group>
  );
}

interface AttemptsProps {
  readonly detail: ProfiledSessionDetailAnswer;
  readonly light: (places: readonly number[]) => void;
}

function Attempts({ detail, light }: AttemptsProps) {
  const [view, setView] = useState('beside');
  const { tries } = detail;
  if (tries.length === 0) return null;
  return (
    <Section
      title={tries.length === 1 ? 'The attempt' : `${tries.length} attempts`}
      note="Point at an intent to see on which items it rests. Marked in later attempts: what changed against the one before."
      actions={
        tries.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Layout of the attempts"
            value={view}
            onChange={setView}
            data={[
              { value: 'beside', label: 'Side by side' },
              { value: 'below', label: 'One below another' },
            ]}
          />
        )
      }
    >
      <div
        style={{
          display: 'grid',
          gap: 14,
          gridTemplateColumns:
            view === 'beside' ? `repeat(${tries.length}, minmax(min(100%, 320px), 1fr))` : 'minmax(0, 1fr)',
          overflowX: 'auto',
        }}
      >
        {tries.map((attempt, index) => (
          <AttemptView key={attempt.attempt} attempt={attempt} before={tries[index - 1] ?? null} light={light} />
        ))}
      </div>
    </Section>
  );
}
