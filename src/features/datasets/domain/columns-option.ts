import { nearestWord } from '#kernel/nearest-word.ts';
import { DomainError, placeOf, type Place } from '#kernel/domain-error.ts';
import { COLUMN_ROLES, type ColumnRole, type NamedColumns } from './column-roles.ts';

export class InvalidColumnsOptionError extends DomainError<'INVALID_COLUMNS_OPTION'> {
  constructor(places: readonly Place[]) {
    super('INVALID_COLUMNS_OPTION', '--columns cannot be read: write ROLE=COLUMN pairs, separated by commas.', places);
  }
}

/**
 * Reads `user=user_id,item=item_id`. A column name may hold spaces and `=`, but no comma.
 * @throws InvalidColumnsOptionError with every mistake: no pair, an unknown role, an empty name, a role named twice.
 */
export function parseColumnsOption(text: string): NamedColumns {
  const named: Partial<Record<ColumnRole, string>> = {};
  const mistakes: Place[] = [];
  for (const pair of text.split(',')) {
    const [role, name] = splitPair(pair);
    const mistake = mistakeIn(pair, role, name, named);
    if (mistake !== null) mistakes.push(mistake);
    else if (isRole(role)) named[role] = name;
  }
  if (mistakes.length > 0) throw new InvalidColumnsOptionError(mistakes);
  return named;
}

function splitPair(pair: string): [role: string, name: string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

function mistakeIn(pair: string, role: string, name: string, named: NamedColumns): Place | null {
  const path = '--columns';
  if (!pair.includes('=') || name === '')
    return placeOf({
      path,
      problem: `${JSON.stringify(pair)} is no ROLE=COLUMN pair`,
      allowed: 'for instance user=user_id',
    });
  if (!isRole(role))
    return placeOf({
      path,
      problem: `${JSON.stringify(role)} is no role of a column`,
      allowed: `one of ${COLUMN_ROLES.join(', ')}`,
      suggestion: nearestWord(role, COLUMN_ROLES),
    });
  if (role in named)
    return placeOf({ path, problem: `the role ${role} is named twice`, allowed: 'one column for each role' });
  return null;
}

function isRole(word: string): word is ColumnRole {
  return COLUMN_ROLES.some((role) => role === word);
}
