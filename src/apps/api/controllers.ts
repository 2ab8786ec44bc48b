import { AccountsController } from '#features/accounts/http/accounts.controller.ts';
import { ArtifactsController } from '#features/artifacts/http/artifacts.controller.ts';
import { ComparisonsController } from '#features/boards/http/comparisons.controller.ts';
import { ExperimentsController } from '#features/boards/http/experiments.controller.ts';
import { TrialsController } from '#features/boards/http/trials.controller.ts';
import { CallsController } from '#features/calls/http/calls.controller.ts';
import { EventsController } from '#features/events/http/events.controller.ts';
import { PoolsController } from '#features/pools/http/pools.controller.ts';
import { ProfilingsController } from '#features/profilings/http/profilings.controller.ts';
import { StagesController } from '#features/stages/http/stages.controller.ts';
import { WorkersController } from '#features/workers/http/workers.controller.ts';
import { DatasetsController } from './datasets.controller.ts';
import { SettingsController } from './settings.controller.ts';
import { SubmissionsController } from './submissions.controller.ts';

/** Whoever answers below `/api/v1`, in the order of the documentation. */
export const API_CONTROLLERS = [
  ExperimentsController,
  ComparisonsController,
  SubmissionsController,
  TrialsController,
  StagesController,
  ArtifactsController,
  CallsController,
  ProfilingsController,
  PoolsController,
  DatasetsController,
  WorkersController,
  EventsController,
  SettingsController,
  AccountsController,
] as const;
