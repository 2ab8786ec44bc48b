import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Lets } from '#platform/http/serve.ts';
import { Exposition } from './exposition.ts';

@Controller()
export class MetricsController {
  constructor(@Inject(Exposition) private readonly exposition: Exposition) {}

  @Get('metrics')
  @Lets('viewer')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.exposition.contentType);
    return this.exposition.text();
  }
}
