import fuzzysort from 'fuzzysort'

/** One line of the palette. */
export interface PaletteEntry {
  readonly id: string
  readonly label: string
  /** Said beside it, smaller: a folder, a time. Searched too. */
  readonly about?: string
  /** Keys that do the same, as people read them. */
  readonly keys?: string
  readonly onPick: () => void
}

/** Lines of one kind. */
export interface PaletteGroup {
  readonly value: string
  readonly items: readonly PaletteEntry[]
}

/** As many as an eye goes over; what is further down is found by another letter. */
const MOST_OF_A_GROUP = 30

/** What a search leaves of the groups, best first; without one the first of each as they are. */
export function found(groups: readonly PaletteGroup[], query: string): readonly PaletteGroup[] {
  const text = query.trim()
  return groups.map(({ value, items }) => ({ value, items: searched(items, text) })).filter(({ items }) => items.length > 0)
}

function searched(items: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  if (text === '') return items.slice(0, MOST_OF_A_GROUP)
  const keys = [(entry: PaletteEntry) => entry.label, (entry: PaletteEntry) => `${entry.about ?? ''} ${entry.label}`]
  return fuzzysort.go(text, items, { keys, limit: MOST_OF_A_GROUP, threshold: 0.3 }).map((result) => result.obj)
}
