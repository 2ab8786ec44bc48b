import type { Provider, Type } from '@nestjs/common';
import { AccountsService } from '#features/accounts/accounts.service.ts';
import { AuditTrailService } from '#features/accounts/audit-trail.service.ts';
import { AttemptBrake } from '#features/accounts/domain/attempt-brake.ts';
import { Doorkeeper } from '#features/accounts/http/doorkeeper.ts';
import { ArtifactListsService } from '#features/artifacts/artifact-lists.service.ts';
import { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import { BoardsService } from '#features/boards/boards.service.ts';
import { ExperimentViewsService } from '#features/boards/experiment-views.service.ts';
import { FlipsService } from '#features/boards/flips.service.ts';
import { OverviewsService } from '#features/boards/overviews.service.ts';
import { TrialListsService } from '#features/boards/trial-lists.service.ts';
import { TrialViewsService } from '#features/boards/trial-views.service.ts';
import { CallListsService } from '#features/calls/call-lists.service.ts';
import { CallsService } from '#features/calls/calls.service.ts';
import { ComparisonsService } from '#features/comparisons/comparisons.service.ts';
import { DatasetViewsService } from '#features/datasets/dataset-views.service.ts';
import { DatasetsService } from '#features/datasets/datasets.service.ts';
import { EventListsService } from '#features/events/event-lists.service.ts';
import { EventScopes } from '#features/events/event-scopes.ts';
import { EventStreams } from '#features/events/event-streams.ts';
import { EventsService } from '#features/events/events.service.ts';
import { PlanningService } from '#features/experiments/planning.service.ts';
import { SessionCount } from '#features/experiments/session-count.ts';
import { PoolViewsService } from '#features/pools/pool-views.service.ts';
import { ProfilingsService } from '#features/profilings/profilings.service.ts';
import { RecommendationsService } from '#features/recommendations/recommendations.service.ts';
import { StageListsService } from '#features/stages/stage-lists.service.ts';
import { StagesService } from '#features/stages/stages.service.ts';
import { IdempotentAnswers } from '#features/submissions/idempotent-answers.ts';
import { SubmissionViewsService } from '#features/submissions/submission-views.service.ts';
import { TrialFiles } from '#features/trials/trial-files.ts';
import { WorkersService } from '#features/workers/workers.service.ts';
import { Clock } from '#kernel/clock.ts';
import type { Config } from '#platform/config/config.ts';
import type { Application } from '../application.ts';
import { ServedApplication } from './served-application.ts';
import { ServerFacts } from './settings.controller.ts';
import { Templates } from './templates.ts';

export interface ApiServices {
  readonly providers: readonly Provider[];
  readonly doorkeeper: Doorkeeper;
  readonly trail: AuditTrailService;
  readonly streams: EventStreams;
  readonly boards: BoardsService;
}

/** All that the controllers ask, put together. */
export function apiServices(application: Application, config: Config): ApiServices {
  const { database, clock } = application;
  const trail = new AuditTrailService(database, clock);
  const doorkeeper = doorkeeperOf(application, config);
  const scopes = new EventScopes(database);
  const streams = new EventStreams(application.events, scopes, () => performance.now());
  const templates = new Templates();
  const planning = planningOf(application, config, templates);
  const boards = new BoardsService(application);
  const providers = [
    ...existing(application),
    ...views(application, boards),
    given(Clock, clock),
    given(AuditTrailService, trail),
    given(Doorkeeper, doorkeeper),
    given(EventListsService, new EventListsService(database, application.events, scopes)),
    given(EventStreams, streams),
    given(IdempotentAnswers, new IdempotentAnswers(database, clock)),
    given(Templates, templates),
    given(ServedApplication, new ServedApplication(application, planning)),
    given(ServerFacts, new ServerFacts(config)),
  ];
  return { providers, doorkeeper, trail, streams, boards };
}

function existing(application: Application): readonly Provider[] {
  return [
    given(AccountsService, application.accounts),
    given(ArtifactsService, application.artifacts),
    given(CallsService, application.calls),
    given(ComparisonsService, application.comparisons),
    given(DatasetsService, application.datasets),
    given(EventsService, application.events),
    given(RecommendationsService, application.recommendations),
    given(StagesService, application.stages),
    given(WorkersService, application.workers),
  ];
}

function views(application: Application, boards: BoardsService): readonly Provider[] {
  const { database, clock } = application;
  const files = new TrialFiles(application);
  return [
    given(ArtifactListsService, new ArtifactListsService(database, clock)),
    given(BoardsService, boards),
    given(CallListsService, new CallListsService(database, clock)),
    given(DatasetViewsService, new DatasetViewsService(application.datasets)),
    given(ExperimentViewsService, new ExperimentViewsService(application, boards)),
    given(FlipsService, new FlipsService({ ...application, files })),
    given(OverviewsService, new OverviewsService(application, boards)),
    given(PoolViewsService, new PoolViewsService({ ...application, files })),
    given(ProfilingsService, new ProfilingsService({ ...application, files })),
    given(StageListsService, new StageListsService(database, clock)),
    given(SubmissionViewsService, new SubmissionViewsService(application)),
    given(TrialListsService, new TrialListsService(database, clock)),
    given(TrialViewsService, new TrialViewsService(application)),
  ];
}

function doorkeeperOf({ accounts }: Application, { access }: Config): Doorkeeper {
  const monotonicMs = (): number => performance.now();
  return new Doorkeeper({ accounts, brake: new AttemptBrake(), hasAccounts: access.hasAccounts, monotonicMs });
}

function planningOf(application: Application, { llms }: Config, files: Templates): PlanningService {
  const { datasets, stages, artifacts, identity } = application;
  const sessionCount = new SessionCount(datasets, artifacts);
  return new PlanningService({ datasets, stages, sessionCount, files, codeVersions: identity.codeVersions, llms });
}

/** An abstract class is a token as well. */
function given<Service>(token: Type<Service> | (abstract new () => Service), service: Service): Provider {
  return { provide: token, useValue: service };
}
