import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { RowMetrics } from './row-metrics.ts';
import type { WorkMetrics } from './work-metrics.ts';

/** All metrics as Prometheus reads them. */
export class Exposition {
  private readonly own = new Registry();

  constructor(
    version: string,
    private readonly work: WorkMetrics,
    private readonly rows: RowMetrics,
  ) {
    collectDefaultMetrics({ register: this.own });
    const registers = [this.own];
    const info = { name: 'sprintlab_info', help: 'The version of this program', labelNames: ['version'], registers };
    new Gauge(info).set({ version }, 1);
  }

  get contentType(): string {
    return this.own.contentType;
  }

  async text(): Promise<string> {
    await this.rows.refresh(performance.now());
    const parts = [this.own, this.work.registry, this.rows.registry].map((registry) => registry.metrics());
    return (await Promise.all(parts)).join('\n');
  }
}
