/** Something that a copy of a session does not have, so that a person can look before they hand it on. */
export interface Removal {
  /** What stands there instead, or why it is left out: a name, never the value. */
  readonly mark: string
  /** Where, in words: `fact 12: a result`, `src/key.ts`. */
  readonly place: string
  /** How often, in that place. */
  readonly count: number
  /** The words around the first of them, with the mark in the place of the value. */
  readonly sample?: string
}
