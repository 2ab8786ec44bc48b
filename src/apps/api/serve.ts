import { CallTally } from '#features/calls/call-tally.ts';
import { Crew } from '../crew.ts';
import type { ProgramEnd } from '../program-message.ts';
import { packageVersion } from '../package-version.ts';
import type { ProgramPlace } from '../run-program.ts';
import { About } from './about.ts';
import { apiServices } from './api-services.ts';
import { ApiDocument } from './docs.controller.ts';
import { Exposition } from './exposition.ts';
import { openHttp } from './http.ts';
import { apiDocument } from './openapi-text.ts';
import { Readiness } from './readiness.ts';
import { RowMetrics } from './row-metrics.ts';
import { WorkMetrics } from './work-metrics.ts';

/** Serves, schedules and works until it is told to stop. */
export async function serve(place: ProgramPlace): Promise<ProgramEnd> {
  const { application, config, log, options, signal, tellReady } = place;
  const crew = new Crew(place);
  const version = packageVersion();
  const workMetrics = new WorkMetrics();
  const rowMetrics = new RowMetrics({
    ...application,
    tally: crew.tally,
    callTally: new CallTally(application.database),
  });
  const services = apiServices(application, config);
  const http = await openHttp({
    address: { host: options.host, port: options.port },
    log,
    access: config.access,
    trail: services.trail,
    providers: services.providers,
    document: new ApiDocument(apiDocument()),
    about: new About(version, () => performance.now()),
    readiness: new Readiness({ ...application, queueTarget: config.queue, signal }),
    exposition: new Exposition(version, workMetrics, rowMetrics),
  });
  try {
    await tellReady({ url: http.url, workers: options.workers });
    // What cannot be prepared is made when it is asked for.
    void services.boards.prepare(signal).catch(() => undefined);
    return await crew.work(() => crew.idle(), [workMetrics]);
  } finally {
    services.streams.close();
    await http.close();
  }
}
