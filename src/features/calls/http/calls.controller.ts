import { Controller, Inject } from '@nestjs/common';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { CallListsService } from '../call-lists.service.ts';
import { CallsService } from '../calls.service.ts';
import type { CallUse } from '../domain/call.ts';
import { listCalls, showCall, showSpend } from './calls.endpoints.ts';

@Controller('api/v1')
export class CallsController {
  constructor(
    @Inject(CallListsService) private readonly lists: CallListsService,
    @Inject(CallsService) private readonly calls: CallsService,
  ) {}

  @Serve(listCalls)
  list({ query }: Asked<typeof listCalls>): Promise<Answered<typeof listCalls>> {
    return this.lists.page(query, query);
  }

  @Serve(showSpend)
  spend(): Promise<Answered<typeof showSpend>> {
    return this.lists.spend();
  }

  @Serve(showCall)
  async show({ params }: Asked<typeof showCall>): Promise<Answered<typeof showCall>> {
    const call = await this.calls.get(params.hash);
    const uses = await this.calls.usesOf(call.hash);
    const { hash, scope, model, request, answer, usd, latencyMs, answeredAt, paidBy } = call;
    const { text, finish, promptTokens, completionTokens } = answer;
    return {
      hash,
      scope,
      ...model,
      ...request,
      answer: text,
      finish,
      promptTokens,
      completionTokens,
      usd,
      latencyMs,
      answeredAt: answeredAt.toISOString(),
      paidBy,
      uses: uses.map(toUse),
    };
  }
}

function toUse({ call, stage, subject, outcome, isReused }: CallUse) {
  const { purpose, step, session, attempt, variant } = subject;
  return { call, stage, purpose, step, session, attempt, variant, outcome, reused: isReused };
}
