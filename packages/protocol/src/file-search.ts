/** What a person looks for in the contents of files. */
export interface FileSearchWish {
  readonly text: string
  /** `text` is a regular expression (RE2), not words. */
  readonly isExpression: boolean
  /** Capital and small letters are not the same. */
  readonly isExact: boolean
}

/** A line that holds it. */
export interface LineHit {
  /** From 1. */
  readonly line: number
  /** The line, or the part of a long one that holds it. */
  readonly text: string
  /** Where in `text` it stands; left out where only the line is known. */
  readonly mark?: { readonly from: number; readonly to: number }
}

/** Lines of one file that hold it. */
export interface FileHits {
  readonly path: string
  readonly hits: readonly LineHit[]
}

/** How a search ended. `isCut`: it stopped at the most that is shown, and there is more. */
export interface FileSearchEnd {
  readonly lines: number
  readonly files: number
  readonly isCut: boolean
}
