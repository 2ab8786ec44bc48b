import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CatalogueItem, DatasetsService } from '#features/datasets/datasets.service.ts';
import type { Stage } from '#features/stages/domain/stage.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import { DomainError } from '#kernel/domain-error.ts';
import type { StageKind } from '#science/stages/stage.ts';
import { decodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import type { Trial } from './domain/trial.ts';

export class TrialFileNotFoundError extends DomainError<'TRIAL_FILE_NOT_FOUND'> {
  constructor({ id, status }: Pick<Trial, 'id' | 'status'>, kind: StageKind, name: string) {
    super(
      'TRIAL_FILE_NOT_FOUND',
      `Trial ${id} has no ${name} of a stage ${kind}: its method has no such stage, or it has not ended (the trial is ${status}).`,
    );
  }
}

export interface TrialFilesTools {
  readonly artifacts: ArtifactsService;
  readonly datasets: DatasetsService;
  readonly stages: StagesService;
}

/** An item as it is shown. Of data that changed since, no more than its number is known. */
export type ShownItem = Pick<CatalogueItem, 'id' | 'title' | 'categories'>;

/** Reads what the stages of trials made. */
export class TrialFiles {
  constructor(private readonly tools: TrialFilesTools) {}

  /** Those of a kind, in the order in which the trial takes them. */
  async stagesOf(trial: Trial, kind: StageKind): Promise<readonly Stage[]> {
    const stages = await this.tools.stages.findByKeys(trial.stages);
    return trial.stages.flatMap((key) => {
      const stage = stages.get(key);
      return stage?.kind === kind ? [stage] : [];
    });
  }

  /** A file of the last stage of a kind; `null` where there is none. */
  async find(trial: Trial, kind: StageKind, name: string): Promise<Uint8Array | null> {
    const stage = (await this.stagesOf(trial, kind)).at(-1);
    return stage === undefined ? null : this.ofStage(stage, name);
  }

  /** `null` where the stage has made no such file. */
  async ofStage({ key }: Pick<Stage, 'key'>, name: string): Promise<Uint8Array | null> {
    const made = await this.tools.artifacts.of('stage', [key]);
    const artifact = made.find((one) => one.name === name);
    return artifact === undefined ? null : this.tools.artifacts.read(artifact.hash);
  }

  /** @throws TrialFileNotFoundError */
  async read(trial: Trial, kind: StageKind, name: string): Promise<Uint8Array> {
    const bytes = await this.find(trial, kind, name);
    if (bytes === null) throw new TrialFileNotFoundError(trial, kind, name);
    return bytes;
  }

  /** The files of one name of all stages of a kind that have ended, in the order of the trial. */
  async readAll(trial: Trial, kind: StageKind, name: string): Promise<readonly Uint8Array[]> {
    const keys: readonly string[] = (await this.stagesOf(trial, kind)).map(({ key }) => key);
    const made = await this.tools.artifacts.of('stage', keys);
    const hashes = keys.flatMap((key) => made.find(({ owner, name: own }) => owner.id === key && own === name) ?? []);
    return Promise.all(hashes.map(({ hash }) => this.tools.artifacts.read(hash)));
  }

  /** The items of a trial by the numbers that its models know, from 1. @throws TrialFileNotFoundError */
  async itemsOf(trial: Trial): Promise<(item: number) => ShownItem> {
    const catalogue = numbersOf(
      decodeSafetensors(await this.read(trial, 'sessions', 'catalogue.safetensors')),
      'item',
      'I32',
    );
    const items = await this.catalogueItems(trial);
    return (item) => {
      const index = catalogue[item - 1];
      const found = index === undefined ? undefined : items[index];
      return found ?? { id: `item ${item}`, title: null, categories: [] };
    };
  }

  /** None where the data set is gone, or another one has its name by now. */
  private async catalogueItems(trial: Trial): Promise<readonly CatalogueItem[]> {
    const dataset = (await this.tools.datasets.list()).find(({ name }) => name === trial.dataset);
    const sessions = (await this.stagesOf(trial, 'sessions')).at(-1);
    const interactions = sessions?.inputs['interactions'];
    const isSame = interactions?.from === 'dataset' && interactions.hash === dataset?.files.interactions;
    return dataset !== undefined && isSame ? this.tools.datasets.readItems(dataset) : [];
  }
}
