import { z } from 'zod';
import { KEY_NOTES, setting, whole } from './setting.ts';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const DURATION = /^([1-9][0-9]{0,6})([smhd])$/;

const gap = z
  .strictObject({
    gap: z.string().regex(DURATION).register(KEY_NOTES, {
      meaning: 'A pause longer than this starts a new session.',
      values: 'a duration such as 90s, 30m, 12h or 1d',
    }),
  })
  .register(KEY_NOTES, { meaning: 'Sessions end at a pause.' });

/** How sessions are made, split and evaluated. What is not written depends on the data (`resolveProtocol`). */
export const protocolSchema = z
  .strictObject({
    sessions: z
      .union([z.enum(['same-day', 'history', 'given']), gap])
      .register(KEY_NOTES, {
        meaning: 'What a session is: the interactions of a UTC day, those without a pause, all, or as the data say.',
        values: 'same-day, history, given or {gap: 30m}',
        stages: ['sessions'],
        science: 'C.1',
        otherwise: '`given` if the data have sessions, else `same-day`',
      })
      .optional(),
    split: z
      .enum(['leave-one-out', 'temporal', 'given'])
      .register(KEY_NOTES, {
        meaning: 'What is trained on and what is tested; `given`: the data carry a split column.',
        stages: ['sessions'],
        science: 'C.1',
        otherwise: '`given` if the data have one, else `temporal`',
      })
      .optional(),
    minItemCount: setting(whole(1), 5, {
      meaning: 'Occurrences below which an item is dropped.',
      stages: ['sessions'],
      science: 'C.1',
    }),
    minLength: setting(whole(2), 2, {
      meaning: 'Items below which a session is dropped.',
      stages: ['sessions'],
      science: 'C.1',
    }),
    maxLength: setting(whole(2, 200), 20, {
      meaning: 'Most recent items that a model sees; it cuts model input only, never data.',
      stages: ['warm-up', 'training', 'evaluation'],
      science: 'C.1',
    }),
    evaluate: setting(z.enum(['last', 'all-prefixes']), 'last', {
      meaning: 'Targets of a session: its last item, or every item after the first.',
      stages: ['evaluation'],
      science: 'C.1',
    }),
    maskSeen: z
      .boolean()
      .register(KEY_NOTES, {
        meaning: 'Items of the session are not recommended.',
        stages: ['evaluation'],
        science: 'C.1',
        otherwise: 'true for leave-one-out, else false',
      })
      .optional(),
    cutoffs: setting(distinctList(whole(1, 100)), [5, 10, 20], {
      meaning: 'Lengths K of the lists that HR@K and NDCG@K judge.',
      values: 'a list of different whole numbers from 1 to 100',
      stages: ['evaluation'],
      science: 'C.1',
    }),
  })
  .register(KEY_NOTES, { meaning: 'How sessions are made, split and evaluated; the same for all arms.' });

/** A list that is not empty and says nothing twice. */
export function distinctList<Item extends z.ZodType<string | number>>(item: Item): z.ZodArray<Item> {
  return z
    .array(item)
    .min(1)
    .superRefine((list, context) => {
      list.forEach((value, index) => {
        if (list.indexOf(value) === index) return;
        context.addIssue({ code: 'custom', path: [index], message: `${JSON.stringify(value)} is listed twice` });
      });
    });
}

/** Seconds of a duration such as `30m`. */
export function durationSeconds(duration: string): number {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  if (count === undefined) throw new RangeError(`${duration} is not a duration.`);
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}
