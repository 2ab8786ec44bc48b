import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { DatasetsService } from '#features/datasets/datasets.service.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import { eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { decodeInteractions } from '#science/sessions/interactions.ts';
import type { SessionsParameters } from '#science/sessions/protocol.ts';
import { buildSessionSets } from '#science/sessions/session-sets.ts';
import type { SessionStatistics } from '#science/sessions/statistics.ts';

/** A stage `sessions`, and what it follows from. */
export interface SessionsStage {
  readonly key: StageKey;
  readonly dataset: Dataset;
  readonly parameters: SessionsParameters;
}

/** How many sessions can be profiled: the chain of batches cannot be planned without it. */
export class SessionCount {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly artifacts: ArtifactsService,
  ) {}

  /** What the stage found; before it has run, what it will find. */
  async eligibleIn({ key, dataset, parameters }: SessionsStage): Promise<number> {
    const found = await this.found(key);
    if (found !== null) return found;
    const interactions = decodeInteractions(await this.datasets.readInteractions(dataset));
    return eligibleSessions(buildSessionSets(interactions, parameters).train).length;
  }

  private async found(key: StageKey): Promise<number | null> {
    const made = await this.artifacts.of('stage', [key]);
    const statistics = made.find(({ name }) => name === 'statistics.json');
    if (statistics === undefined) return null;
    // The bytes are those that the stage wrote, verified by their hash.
    const text = new TextDecoder().decode(await this.artifacts.read(statistics.hash));
    return (JSON.parse(text) as SessionStatistics).eligible;
  }
}
