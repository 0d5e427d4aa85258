import type { PaletteEntry } from './entries'

/** A file as a line: its name, and where it is. */
export function fileEntry(path: string, onPick: () => void): PaletteEntry {
  const cut = path.lastIndexOf('/')
  return { id: `file:${path}`, label: path.slice(cut + 1), ...(cut > 0 && { about: path.slice(0, cut) }), onPick }
}
