import { z } from 'zod';
import type { WaitingJob } from '#platform/queue/redis-jobs.ts';
import type { StageKey } from '../domain/stage.ts';
import type { ReadyStage } from '../stage-claims.ts';

/** Which stage, and for whose code: all else is in the data base. */
const payloadSchema = z.strictObject({ stageKey: z.string(), codeVersion: z.string() });

export interface StageJob {
  readonly stageKey: StageKey;
  readonly codeVersion: string;
}

/** Beyond these, stages are equally urgent, or equally far behind: BullMQ has two million priorities. */
const MOST_URGENT = 100;
const LAST_POSITION = 9_999;

/** The name holds the token, so that a stage that is ready again is a job of its own beside what is left of the one before. */
export function toStageJob({ key, token, codeVersion, urgency, position }: ReadyStage): WaitingJob {
  const rank = MOST_URGENT - Math.max(-MOST_URGENT, Math.min(MOST_URGENT, urgency));
  const priority = 1 + rank * (LAST_POSITION + 1) + Math.min(position, LAST_POSITION);
  return { id: `${key}-${token}`, payload: { stageKey: key, codeVersion }, priority };
}

/** `null` for what no version of this program wrote. */
export function parseStageJob(payload: unknown): StageJob | null {
  const { data } = payloadSchema.safeParse(payload);
  return data === undefined ? null : { ...data, stageKey: data.stageKey as StageKey };
}
