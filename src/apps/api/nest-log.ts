import type { LoggerService } from '@nestjs/common';
import type { Log } from '#platform/logging/log.ts';

/** What Nest says of itself, in the program's own log; of its start only those hear who look for details. */
export class NestLog implements LoggerService {
  constructor(private readonly sink: Log) {}

  log(message: unknown): void {
    this.sink.debug(String(message));
  }

  warn(message: unknown): void {
    this.sink.warn(String(message));
  }

  error(message: unknown): void {
    this.sink.error(String(message));
  }
}
