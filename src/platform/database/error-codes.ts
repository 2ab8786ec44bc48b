/** Of the error itself, of what it wraps, or of the first of several; empty where there is none. */
export function writtenCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
  if ('driverError' in error) return writtenCode(error.driverError);
  if (error instanceof AggregateError) return writtenCode(error.errors[0]);
  // The driver opens a file without telling SQLite's code but in its words.
  return error instanceof Error && error.message.endsWith(': 14")') ? 'SQLITE_CANTOPEN' : '';
}
