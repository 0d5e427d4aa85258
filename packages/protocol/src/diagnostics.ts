/** Something a language's own checker has to say about a place in a file. Lines and columns begin at 1; the end is behind the last character. */
export interface Problem {
  readonly path: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly severity: 'error' | 'warning'
  /** The checker's own number for it, such as 2322 of TypeScript. */
  readonly code: number
  readonly message: string
  /** The line it begins in, without the white space around it; shortened. */
  readonly text: string
}

/** A package whose types are not in the workspace, and how many files ask for them. */
export interface MissingTypes {
  readonly name: string
  readonly files: number
}

/** What a check found. Whatever it left out is said in here. */
export interface ProblemReport {
  /** By path and line. */
  readonly problems: readonly Problem[]
  /** Files that were checked. */
  readonly checked: number
  /** Files that were not, because the time was over or there were too many. */
  readonly unchecked: number
  readonly missing: readonly MissingTypes[]
  /** Problems that only say that those types are missing; they are not among {@link problems}. */
  readonly consequences: number
  /** Sentences about what could not be done as asked: a project too large, a setting that is not followed. */
  readonly notes: readonly string[]
}
