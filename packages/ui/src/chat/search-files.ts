import fuzzysort from 'fuzzysort'

/** As many as the list over the box shows. */
const MOST = 10

/** The files that letters may mean, best first; without letters the first ones as they are. */
export function searchFiles(paths: readonly string[], query: string): readonly string[] {
  if (query === '') return paths.slice(0, MOST)
  return fuzzysort.go(query, paths, { limit: MOST, threshold: 0.2 }).map(({ target }) => target)
}
