import type { ProblemReport, WorkspaceReader } from '@tabwright/protocol'

/** What a language's own checker says of files. Reads them, runs nothing of them, and ends in bounded time with what it has by then. */
export interface Diagnostics {
  /**
   * Problems of a file, of what is below a folder, or of all files.
   * @throws FailureError `unavailable` when the checker cannot be had, `aborted`
   */
  check(files: WorkspaceReader, path: string | undefined, signal: AbortSignal): Promise<ProblemReport>
  /**
   * What an edit made new, in the file and in those that read it. Undefined: not known within the short time that an edit may wait.
   * @throws FailureError `unavailable` when the checker cannot be had, `aborted`
   */
  news(edit: CheckedEdit, signal: AbortSignal): Promise<ProblemReport | undefined>
}

/** The files as they were before an edit of `path`, and as they are now. */
export interface CheckedEdit {
  readonly before: WorkspaceReader
  readonly after: WorkspaceReader
  readonly path: string
}

/** Files that are checked: TypeScript, and JavaScript as far as its project says. */
export function isCheckedFile(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path) && !/(^|\/)node_modules\//.test(path)
}

/**
 * Whether an edit of the file is checked unasked: TypeScript, and JavaScript in a project that says how it is checked. Of other JavaScript the
 * compiler knows little, and starting it would let the first edit wait.
 */
export function isCheckedUnasked(path: string, files: WorkspaceReader): boolean {
  if (!isCheckedFile(path)) return false
  if (/\.([cm]?ts|tsx)$/.test(path)) return true
  const folders = path.split('/').slice(0, -1)
  const upwards = [...folders.keys(), folders.length].map((depth) => folders.slice(0, depth).join('/'))
  const isThere = (name: string): boolean => upwards.some((folder) => files.stat(folder === '' ? name : `${folder}/${name}`) !== undefined)
  return isThere('tsconfig.json') || isThere('jsconfig.json')
}
