import type {
  AcceptanceAnswer,
  ProfiledSessionAnswer,
  ProfiledSessionDetailAnswer,
} from '#features/profilings/http/profilings.schema.ts';
import { listing, reading } from '../../lib/queries.ts';

const MOST_SESSIONS = 5000;

export function sessionsQuery(trial: string, filter: string | undefined) {
  return listing<ProfiledSessionAnswer>(
    `/profilings/${encodeURIComponent(trial)}/sessions`,
    { filter },
    { isLive: true, most: MOST_SESSIONS },
  );
}

export function sessionQuery(trial: string, session: number) {
  return reading<ProfiledSessionDetailAnswer>(`/profilings/${encodeURIComponent(trial)}/sessions/${session}`);
}

export function acceptanceQuery(trial: string) {
  return reading<AcceptanceAnswer>(`/profilings/${encodeURIComponent(trial)}/acceptance`, {}, { isLive: true });
}
