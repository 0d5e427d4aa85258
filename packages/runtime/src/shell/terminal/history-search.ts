/** Ctrl-R: a search through older commands, newest first. */
export interface HistorySearch {
  readonly query: string
  /** Index of the command that is shown; the list's length before anything was found. */
  readonly at: number
}

/** Where the search goes from the command that is shown, towards older ones; itself counts where `isNext` is false. */
export function searched(history: readonly string[], { query, at }: HistorySearch, isNext: boolean): HistorySearch | undefined {
  const from = isNext ? at - 1 : Math.min(at, history.length - 1)
  const found = history.findLastIndex((line, i) => i <= from && line.includes(query))
  return found < 0 ? undefined : { query, at: found }
}

/** What stands in place of the prompt. */
export function searchLabel({ query }: HistorySearch, isFailed: boolean): string {
  return `(${isFailed ? 'failed ' : ''}reverse-i-search)\`${query}':`
}
