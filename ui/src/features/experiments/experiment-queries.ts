import type {
  BoardAnswer,
  ExperimentDetailAnswer,
  StageGraphAnswer,
} from '#features/boards/http/experiments.schema.ts';
import { reading } from '../../lib/queries.ts';

export interface BoardChoice {
  readonly revision?: number | undefined;
  readonly metric?: string | undefined;
}

export function boardQuery(name: string, { revision, metric }: BoardChoice) {
  return reading<BoardAnswer>(`/experiments/${encodeURIComponent(name)}/board`, { revision, metric }, { isLive: true });
}

export function stageGraphQuery(name: string, { revision }: BoardChoice) {
  return reading<StageGraphAnswer>(
    `/experiments/${encodeURIComponent(name)}/stage-graph`,
    { revision },
    { isLive: true },
  );
}

export function experimentQuery(name: string, { revision }: BoardChoice) {
  return reading<ExperimentDetailAnswer>(`/experiments/${encodeURIComponent(name)}`, { revision });
}
