/** More than any request of ours, less than what hurts. */
export const BODY_LIMIT_BYTES = 1024 * 1024;
