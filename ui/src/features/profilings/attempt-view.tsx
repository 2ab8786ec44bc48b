import type { ProfiledSessionDetailAnswer } from '#features/profilings/http/profilings.schema.ts';
import { Stack } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Card } from '../../components/page.tsx';
import { State } from '../../components/state.tsx';
import { TextDifference } from '../../components/text-difference.tsx';
import { count, shortId } from '../../lib/format.ts';

type Attempt = ProfiledSessionDetailAnswer['tries'][number];
type Call = Attempt['calls'][number];

interface Props {
  readonly attempt: Attempt;
  readonly before: Attempt | null;
  readonly light: (places: readonly number[]) => void;
}

export function AttemptView({ attempt, before, light }: Props) {
  return (
    <Card padding={14}>
      <Stack gap={14}>
        <div style={{ display: 'flex', justifyContent: 'space-between', gap: 10 }}>
          <h3 style={{ margin: 0, fontSize: 14 }}>Attempt {attempt.attempt}</h3>
          <State
            of={attempt.outcome}
            note={attempt.rank === null ? '' : `, rank ${attempt.rank} of ${attempt.candidates.length}`}
          />
        </div>
        <Intents of={attempt.intents} light={light} />
        {attempt.candidates.length > 0 && <Ranking of={attempt} />}
        {attempt.feedback !== null && (
          <div>
            <div className="muted small-head">Feedback to the next attempt</div>
            <div className="note">{attempt.feedback}</div>
          </div>
        )}
        {attempt.calls.map((call) => (
          <CallView
            key={`${call.call}${call.step}${call.variant}`}
            call={call}
            before={
              before?.calls.find(
                ({ step, variant }) => counterpart(step) === counterpart(call.step) && variant === call.variant,
              ) ?? null
            }
          />
        ))}
      </Stack>
    </Card>
  );
}

/** The first attempt identifies, later ones correct: the same question in the loop. */
function counterpart(step: string): string {
  return step === 'CORRECT' ? 'IDENTIFY' : step;
}

function Intents({ of: intents, light }: { readonly of: Attempt['intents']; readonly light: Props['light'] }) {
  if (intents.length === 0) return <div className="muted">It named no intent that could be used.</div>;
  return (
    <div>
      <div className="muted small-head">Intents it named</div>
      <ul className="intents">
        {intents.map(({ name, description, evidence, id }) => (
          <li
            key={name}
            tabIndex={0}
            onMouseEnter={() => light(evidence)}
            onMouseLeave={() => light([])}
            onFocus={() => light(evidence)}
            onBlur={() => light([])}
          >
            <strong style={{ fontWeight: 560 }}>{name}</strong>{' '}
            {id === null && <span className="label">not of the pool</span>}
            {evidence.length > 0 && (
              <span className="muted num"> · items {evidence.map((place) => place + 1).join(', ')}</span>
            )}
            {description !== '' && <div className="muted">{description}</div>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the intents alone led to: the candidates in the order in which they were ranked. */
function Ranking({ of: { candidates, ranking } }: { readonly of: Attempt }) {
  const [isWhole, setIsWhole] = useState(false);
  const byLetter = new Map(candidates.map((candidate) => [candidate.letter, candidate]));
  const ranked = ranking.flatMap((letter) => byLetter.get(letter) ?? []);
  const shown = isWhole ? ranked : ranked.slice(0, 5);
  return (
    <div>
      <div className="muted small-head">Where they led</div>
      <ol className="ranking">
        {shown.map(({ letter, id, title, isHeldOut }) => (
          <li key={letter} data-held-out={isHeldOut || undefined}>
            {title ?? id}
            {isHeldOut && <span className="label"> the held-out item</span>}
          </li>
        ))}
      </ol>
      {ranked.length > 5 && (
        <button
          type="button"
          className="sort"
          style={{ color: 'var(--accent)', fontSize: 12.5 }}
          onClick={() => setIsWhole(!isWhole)}
        >
          {isWhole ? 'Only the first five' : `All ${count(ranked.length)}`}
        </button>
      )}
    </div>
  );
}

function CallView({ call, before }: { readonly call: Call; readonly before: Call | null }) {
  return (
    <details open={call.step !== 'PREDICT'} className="call">
      <summary>
        <span>
          {call.step.toLowerCase()}
          {call.variant !== 'asked' && ` (${call.variant})`}
        </span>
        <span className="muted num">
          {call.model} · {count(call.promptTokens)} + {count(call.completionTokens)} tokens
          {call.reused ? ' · reused' : ''}
        </span>
      </summary>
      {call.messages.map(({ role, content }, place) => (
        <div key={place}>
          <div className="muted small-head">{role === 'system' ? 'System prompt' : 'Prompt'}</div>
          <TextDifference text={content} before={before?.messages[place]?.content ?? null} />
        </div>
      ))}
      <div className="muted small-head">Answer</div>
      <TextDifference text={call.answer} before={before?.answer ?? null} />
      <Link to="/calls/$hash" params={{ hash: call.call }} className="mono">
        call {shortId(call.call)}
      </Link>
    </details>
  );
}
