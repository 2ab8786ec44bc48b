import { expect, it } from 'vitest';
import { askedIn } from './asked.ts';

it('takes sessions without text for not asked about', () => {
  expect(askedIn({ sessions: 10, withoutText: 2, accepted: 4 })).toEqual({ asked: 8, share: 0.5 });
  expect(askedIn({ sessions: 2, withoutText: 2, accepted: 0 })).toEqual({ asked: 0, share: null });
});
