import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Lets } from '#platform/http/serve.ts';
import { About } from './about.ts';
import { Readiness, type ReadinessReport } from './readiness.ts';

@Controller()
export class HealthController {
  constructor(
    @Inject(About) private readonly about: About,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  /** The process lives, whatever it can reach. */
  @Get('health')
  @Lets('open')
  health(): { readonly status: 'ok'; readonly version: string; readonly uptimeSeconds: number } {
    const { version, uptimeSeconds } = this.about;
    return { status: 'ok', version, uptimeSeconds };
  }

  @Get('ready')
  @Lets('open')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    reply.status(report.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return report;
  }
}
