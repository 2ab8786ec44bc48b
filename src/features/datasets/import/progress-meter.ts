import type { ImportProgress } from './import-request.ts';

/** Adds up over the files what has been read, and tells it after each piece. */
export class ProgressMeter {
  rows = 0;
  private bytesBefore = 0;
  private bytesRead = 0;

  constructor(
    private readonly bytesTotal: number,
    private readonly tell: (progress: ImportProgress) => void,
  ) {}

  /** The count of the next file: of its bytes read so far. */
  startFile(): (bytesRead: number) => void {
    this.bytesBefore = this.bytesRead;
    return (bytesRead) => {
      this.bytesRead = this.bytesBefore + bytesRead;
      this.tell({ bytesRead: this.bytesRead, bytesTotal: this.bytesTotal, rows: this.rows });
    };
  }
}
