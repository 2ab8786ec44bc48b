/** What a path and a query mean: a name has no @, so that whoever writes one gets the answer of a name that does not exist. */
export function referenceOf(
  { name }: { readonly name: string },
  { revision }: { readonly revision?: number | undefined },
): string {
  return revision === undefined ? name : `${name}@${revision}`;
}
