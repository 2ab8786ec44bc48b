import type { TrialDetailAnswer, TrialMetricsAnswer } from '#features/boards/http/trials.schema.ts';
import { reading } from '../../lib/queries.ts';

export function trialQuery(id: string) {
  return reading<TrialDetailAnswer>(`/trials/${encodeURIComponent(id)}`, {}, { isLive: true });
}

export function trialMetricsQuery(id: string) {
  return reading<TrialMetricsAnswer>(`/trials/${encodeURIComponent(id)}/metrics`, {}, { isLive: true });
}
