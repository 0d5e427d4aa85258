import { readFileSync } from 'node:fs'

/** A disagreement that is accepted, and why. */
interface Difference {
  readonly list: string
  readonly name: string
  readonly reason: string
}

/** All disagreements that are accepted. */
export function differences(): readonly Difference[] {
  const parsed: unknown = JSON.parse(readFileSync('packages/testkit/cases/differences.json', 'utf8'))
  return (parsed as { readonly differences: readonly Difference[] }).differences
}

/** The cases of a list whose disagreement is accepted, with the reasons. */
export function acceptedDifferences(list: string): ReadonlyMap<string, string> {
  return new Map(differences().flatMap((row) => (row.list === list ? [[row.name, row.reason]] : [])))
}
