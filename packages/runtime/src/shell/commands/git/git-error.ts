/** Ends a git command with a line of git's own: `fatal: …` and 128, or `error: …` and 1. */
export class GitError extends Error {
  readonly kind: 'fatal' | 'error' | 'plain'
  readonly code: number

  constructor(message: string, how: { readonly kind?: 'fatal' | 'error' | 'plain'; readonly code?: number } = {}) {
    super(message)
    this.kind = how.kind ?? 'fatal'
    this.code = how.code ?? (this.kind === 'fatal' ? 128 : 1)
  }

  /** As it goes to standard error. */
  get told(): string {
    if (this.kind === 'plain') return this.message === '' ? '' : `${this.message}\n`
    return `${this.kind}: ${this.message}\n`
  }
}

/** @throws GitError */
export function fatal(message: string): never {
  throw new GitError(message)
}

/** @throws GitError with `error: ` and the code 1 */
export function failed(message: string, code = 1): never {
  throw new GitError(message, { kind: 'error', code })
}

/** What this git does not do, by name. @throws GitError */
export function notImplemented(what: string): never {
  throw new GitError(`${what} is not implemented in this sandbox`)
}
