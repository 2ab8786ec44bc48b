import {
  IconAlertTriangle,
  IconCircle,
  IconCircleCheckFilled,
  IconCircleDotted,
  IconCircleHalf2,
  IconCircleX,
  IconPlayerPause,
} from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';

export type Tone = 'done' | 'busy' | 'failed' | 'caution' | 'idle';

/** Every state that anything can have, as shape, colour and word: none of the three is needed to tell them apart. */
const LOOKS: Readonly<
  Record<string, readonly [Tone, ComponentType<{ size?: number; 'aria-hidden'?: boolean }>, string]>
> = {
  succeeded: ['done', IconCircleCheckFilled, 'succeeded'],
  finished: ['done', IconCircleCheckFilled, 'finished'],
  validated: ['done', IconCircleCheckFilled, 'validated'],
  accepted: ['done', IconCircleCheckFilled, 'accepted'],
  right: ['done', IconCircleCheckFilled, 'right'],
  ok: ['done', IconCircleCheckFilled, 'ok'],
  used: ['done', IconCircleCheckFilled, 'used'],
  working: ['busy', IconCircleHalf2, 'working'],
  running: ['busy', IconCircleHalf2, 'running'],
  active: ['busy', IconCircleHalf2, 'active'],
  failed: ['failed', IconCircleX, 'failed'],
  wrong: ['failed', IconCircleX, 'wrong'],
  abandoned: ['failed', IconCircleX, 'abandoned'],
  gone: ['failed', IconCircleX, 'gone'],
  started: ['busy', IconCircleHalf2, 'started'],
  paused: ['caution', IconPlayerPause, 'paused'],
  degraded: ['caution', IconAlertTriangle, 'degraded'],
  'finished with failures': ['caution', IconAlertTriangle, 'finished with failures'],
  orphaned: ['caution', IconAlertTriangle, 'orphaned'],
  warned: ['caution', IconAlertTriangle, 'warned'],
  queued: ['idle', IconCircle, 'queued'],
  ready: ['idle', IconCircle, 'ready'],
  blocked: ['idle', IconCircleDotted, 'waiting'],
  cancelled: ['idle', IconCircleX, 'cancelled'],
};

/** Of a submission: what is over is not all well where trials failed. */
export function submissionState(state: string, failed: number): string {
  return state === 'finished' && failed > 0 ? 'finished with failures' : state;
}

export function State({ of: state, note }: { readonly of: string; readonly note?: ReactNode }) {
  const [tone, Icon, word] = LOOKS[state] ?? ['idle', IconCircle, state];
  return (
    <span className="state" data-tone={tone}>
      <Icon size={15} aria-hidden />
      <span>
        {word}
        {note}
      </span>
    </span>
  );
}
