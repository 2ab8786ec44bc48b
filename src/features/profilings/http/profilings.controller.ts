import { Controller, Inject } from '@nestjs/common';
import { Clock } from '#kernel/clock.ts';
import { fieldsOfSchema } from '#kernel/filter/filter-fields.ts';
import { pageOfItems } from '#kernel/list-query.ts';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { ProfilingsService } from '../profilings.service.ts';
import { listProfiledSessions, listProfilings, showAcceptance, showProfiledSession } from './profilings.endpoints.ts';
import { profiledSessionSchema, profilingSchema } from './profilings.schema.ts';

const FIELDS = fieldsOfSchema(profilingSchema);
const SESSION_FIELDS = fieldsOfSchema(profiledSessionSchema);

@Controller('api/v1')
export class ProfilingsController {
  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(ProfilingsService) private readonly profilings: ProfilingsService,
  ) {}

  @Serve(listProfilings)
  async list({ query }: Asked<typeof listProfilings>): Promise<Answered<typeof listProfilings>> {
    const list = { fields: FIELDS, idOf: ({ trial }: { readonly trial: string }) => trial, now: this.clock.now() };
    return pageOfItems(await this.profilings.list(query.experiment), query, list);
  }

  @Serve(listProfiledSessions)
  async sessions({
    params,
    query,
  }: Asked<typeof listProfiledSessions>): Promise<Answered<typeof listProfiledSessions>> {
    const idOf = ({ session }: { readonly session: number }): string => String(session);
    const list = { fields: SESSION_FIELDS, idOf, now: this.clock.now() };
    return pageOfItems(await this.profilings.sessions(params.trial), query, list);
  }

  @Serve(showProfiledSession)
  session({ params }: Asked<typeof showProfiledSession>): Promise<Answered<typeof showProfiledSession>> {
    return this.profilings.session(params.trial, params.session);
  }

  @Serve(showAcceptance)
  acceptance({ params }: Asked<typeof showAcceptance>): Promise<Answered<typeof showAcceptance>> {
    return this.profilings.acceptance(params.trial);
  }
}
