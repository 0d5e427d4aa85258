/** One file on its way into a workspace. */
export interface ProjectFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: 'file' | 'executable'
  /** Wall clock in milliseconds; undefined: the archive does not say. */
  readonly mtime: number | undefined
}

/** What was left out, and why, as words that follow its name. */
export interface LeftOut {
  readonly path: string
  readonly why: string
}

/** A project as it was read: nothing of it is written yet. */
export interface ReadFiles {
  readonly files: readonly ProjectFile[]
  readonly leftOut: readonly LeftOut[]
}

/** Told how far reading is. `of` is the same unit; 0 where nobody knows. */
export type ReadProgress = (done: number, of: number) => void
