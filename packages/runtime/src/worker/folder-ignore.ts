import type { FolderIgnore } from '../portable/project-folder/disk-folder'
import { matches, parseRules, type Rule } from '../shell/commands/git/ignore-rules'

/** What the `.gitignore` files of a folder leave out, read as git reads them. What git keeps track of is never left out. */
export function folderIgnore(tracked: ReadonlySet<string>): FolderIgnore {
  const rules = new Map<string, readonly Rule[]>()
  return {
    enter: (folder, text) => void rules.set(folder, parseRules(text, '.gitignore', folder)),
    leavesOut: (path, isFolder) => {
      if (tracked.has(path) || path === '.git') return false
      for (let folder = parentOf(path); ; folder = parentOf(folder)) {
        const rule = rules.get(folder)?.findLast((one) => matches(one, path, isFolder))
        if (rule !== undefined) return !rule.isNot
        if (folder === '') return false
      }
    },
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

const HEAD = 12
/** Times, numbers and the hash, in front of the flags of an entry. */
const STAT = 60

/**
 * The paths in an index of git's, and the folders that they are in. Undefined: it cannot be read here, and nothing is known.
 * Only names are looked at: the rest is for the git that writes it.
 */
export function trackedPaths(index: Uint8Array): ReadonlySet<string> | undefined {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength)
  if (index.length < HEAD || view.getUint32(0) !== 0x44495243) return undefined
  const version = view.getUint32(4)
  // The fourth version writes names as what differs from the name before.
  if (version !== 2 && version !== 3) return undefined
  const paths = new Set<string>()
  let at = HEAD
  for (let left = view.getUint32(8); left > 0; left--) {
    if (at + STAT + 2 > index.length) return undefined
    const hasMore = version === 3 && (view.getUint16(at + STAT) & 0x4000) !== 0
    const from = at + STAT + (hasMore ? 4 : 2)
    const end = index.indexOf(0, from)
    if (end < 0) return undefined
    noteWithFolders(paths, new TextDecoder().decode(index.subarray(from, end)))
    // One to eight zeros bring an entry to a multiple of eight.
    at += (end - at + 8) & ~7
  }
  return paths
}

function noteWithFolders(paths: Set<string>, path: string): void {
  for (let one = path; one !== '' && !paths.has(one); one = parentOf(one)) paths.add(one)
}
