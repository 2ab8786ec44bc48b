import type { Readable } from 'node:stream';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answered, Asked } from '#platform/http/endpoint.ts';
import { Serve } from '#platform/http/serve.ts';
import { mayStay } from '#platform/http/staying.ts';
import { EventStreams } from '../event-streams.ts';
import { EventListsService } from '../event-lists.service.ts';
import { EventsService } from '../events.service.ts';
import { toEventAnswer } from './event-answer.ts';
import { listEvents } from './events.endpoints.ts';

@Controller('api/v1')
export class EventsController {
  constructor(
    @Inject(EventsService) private readonly events: EventsService,
    @Inject(EventListsService) private readonly lists: EventListsService,
    @Inject(EventStreams) private readonly streams: EventStreams,
  ) {}

  @Serve(listEvents)
  async list(
    { query }: Asked<typeof listEvents>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Answered<typeof listEvents> | Readable> {
    if (request.headers.accept?.includes('text/event-stream') === true) return this.stream(query, request, reply);
    const { items, next } = await this.lists.page(query);
    return { items: items.map(toEventAnswer), next };
  }

  private async stream(
    { after, experiment }: Asked<typeof listEvents>['query'],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Readable> {
    void reply.headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // A proxy that gathers would hold back what happens.
      'x-accel-buffering': 'no',
    });
    const known = numberOf(request.headers['last-event-id']) ?? after ?? (await this.events.latestNumber());
    return this.streams.follow({ after: known, experiment, mayStay: mayStay(request) });
  }
}

function numberOf(header: string | readonly string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
