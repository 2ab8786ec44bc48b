import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { ArrayOf, Dtype } from '#science/tensors/tensor.ts';

type SpoolDtype = Extract<Dtype, 'F64' | 'I32' | 'U8'>;

const BUFFERED = 65_536;

/** The numbers of one column on their way to a file, of which only a buffer is in memory. Close it in any case. */
export class ColumnSpool {
  private readonly buffer: ArrayOf[SpoolDtype];
  private readonly file: number;
  private isOpen = true;
  private filled = 0;

  constructor(
    readonly path: string,
    readonly dtype: SpoolDtype,
  ) {
    this.buffer = bufferOf(dtype);
    this.file = openSync(path, 'w');
  }

  push(value: number): void {
    if (this.filled === BUFFERED) this.flush();
    this.buffer[this.filled++] = value;
  }

  flush(): void {
    writeFileSync(this.file, this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  close(): void {
    if (this.isOpen) closeSync(this.file);
    this.isOpen = false;
  }
}

function bufferOf(dtype: SpoolDtype): ArrayOf[SpoolDtype] {
  switch (dtype) {
    case 'F64':
      return new Float64Array(BUFFERED);
    case 'I32':
      return new Int32Array(BUFFERED);
    case 'U8':
      return new Uint8Array(BUFFERED);
  }
}
