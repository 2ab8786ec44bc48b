import { createHash } from 'node:crypto';

/** SHA-256 of some bytes, 64 lower-case hexadecimal digits. */
export type ContentHash = string & { readonly __brand: 'ContentHash' };

export function contentHash(bytes: Uint8Array | string): ContentHash {
  return createHash('sha256').update(bytes).digest('hex') as ContentHash;
}
