import { cpus } from 'node:os';
import { Controller, Headers, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accountOf } from '#features/accounts/http/access.guard.ts';
import { assertWithinLimits } from '#features/experiments/planning.service.ts';
import { manifestJsonSchema } from '#features/experiments/domain/manifest-reference.ts';
import type { PlanSummary } from '#features/experiments/domain/plan-summary.ts';
import { SubmissionViewsService } from '#features/submissions/submission-views.service.ts';
import {
  listSubmissions,
  listTemplates,
  planManifest,
  showManifestSchema,
  showSubmission,
  submit,
  wishOfSubmission,
  wishOfTrial,
} from '#features/submissions/http/submissions.endpoints.ts';
import {
  submissionSchema,
  type PlanAnswer,
  type SubmittedAnswer,
} from '#features/submissions/http/submissions.schema.ts';
import { SubmissionNotFoundError } from '#features/submissions/domain/submission.ts';
import { TrialNotFoundError } from '#features/trials/domain/trial.ts';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { findTarget } from '../target.ts';
import { fulfilWish } from '../wishes.ts';
import { IdempotentAnswers } from '#features/submissions/idempotent-answers.ts';
import { ServedApplication } from './served-application.ts';
import { Templates, UNNAMED } from './templates.ts';

const FIELDS = fieldsOfSchema(submissionSchema);

@Controller('api/v1')
export class SubmissionsController {
  constructor(
    @Inject(ServedApplication) private readonly served: ServedApplication,
    @Inject(SubmissionViewsService) private readonly views: SubmissionViewsService,
    @Inject(Templates) private readonly templates: Templates,
    @Inject(IdempotentAnswers) private readonly answers: IdempotentAnswers,
  ) {}

  @Serve(listSubmissions)
  async list({ query }: Asked<typeof listSubmissions>): Promise<Answered<typeof listSubmissions>> {
    const now = this.served.application.clock.now();
    return pageOfItems(await this.views.all(), query, { fields: FIELDS, idOf: ({ id }) => id, now });
  }

  @Serve(showSubmission)
  async show({ params }: Asked<typeof showSubmission>): Promise<Answered<typeof showSubmission>> {
    const submission = await this.served.application.submissions.findById(params.id);
    if (submission === null) throw new SubmissionNotFoundError(params.id);
    return this.views.of(submission);
  }

  @Serve(submit)
  submit(
    { body }: Asked<typeof submit>,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<Answered<typeof submit>> {
    const who = accountOf(request)?.name ?? null;
    return this.answers.once({ key, who, asked: body }, () => this.submitted(body));
  }

  @Serve(wishOfSubmission)
  async wish({ params, body }: Asked<typeof wishOfSubmission>): Promise<Answered<typeof wishOfSubmission>> {
    const { application } = this.served;
    const target = await findTarget(application, params.id);
    if (target.trial !== null) throw new SubmissionNotFoundError(params.id);
    return fulfilWish[params.wish](application, target, { approve: body.approve === true });
  }

  @Serve(wishOfTrial)
  async wishOfTrial({ params, body }: Asked<typeof wishOfTrial>): Promise<Answered<typeof wishOfTrial>> {
    const { application } = this.served;
    const target = await findTarget(application, params.id);
    if (target.trial === null) throw new TrialNotFoundError(params.id);
    return fulfilWish[params.wish](application, target, { approve: body.approve === true });
  }

  @Serve(planManifest)
  async plan({ body }: Asked<typeof planManifest>): Promise<Answered<typeof planManifest>> {
    const { plan, summary } = await this.planned(body);
    return { ...toPlan(summary), warnings: plan.warnings.map((place) => ({ ...place })) };
  }

  @Serve(showManifestSchema)
  schema(): Answered<typeof showManifestSchema> {
    return JSON.parse(manifestJsonSchema()) as Answered<typeof showManifestSchema>;
  }

  @Serve(listTemplates)
  async listTemplates(): Promise<Answered<typeof listTemplates>> {
    return { items: await this.templates.list(), next: null };
  }

  private async submitted(body: Asked<typeof submit>['body']): Promise<SubmittedAnswer> {
    const { plan, summary } = await this.planned(body);
    const isApproved = body.approve === true;
    if (!isApproved) assertWithinLimits(plan, summary);
    const request = { urgency: body.priority ?? null, isApproved };
    const { submission, revision, state } = await this.served.application.submissions.submit(plan, request);
    const { experiment, number } = revision;
    return { submission: submission.id, experiment, revision: number, state, plan: toPlan(summary) };
  }

  private async planned({ manifest, file = UNNAMED }: Asked<typeof planManifest>['body']) {
    const { planning, calls } = this.served;
    const plan = await planning.plan({ file, text: manifest });
    const summary = await planning.summarise(plan, cpus().length, await calls.meanTokens());
    return { plan, summary };
  }
}

function toPlan(summary: PlanSummary): Omit<PlanAnswer, 'warnings'> {
  const { byAxis, byRatio, cheapestOrder, ...sums } = summary;
  return { ...sums, byAxis: [...byAxis], byRatio: [...byRatio], cheapestOrder: [...cheapestOrder] };
}
