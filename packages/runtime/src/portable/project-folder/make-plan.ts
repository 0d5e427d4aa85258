import type { FileEntry } from '@tabwright/protocol'
import type { KeptFile } from '../../io/folder-idb'
import type { LeftOut } from '../project-import/project-file'
import { hashOfFile, type DiskFolder } from './disk-folder'
import { twins, whyNotWritten } from './folder-names'
import { fateOf, type Fate } from './folder-plan'

/** A file of the disk as it was seen. */
export interface SeenFile {
  /** Undefined: too large to be read. */
  readonly hash: string | undefined
  readonly size: number
  readonly lastModified: number
}

/** One file that writing back would touch. */
export interface PlannedFile {
  readonly path: string
  readonly fate: Exclude<Fate, 'same' | 'theirs'>
  /** What is to be on the disk; `null`: nothing. */
  readonly here: FileEntry | null
  /** What is there now. */
  readonly disk: SeenFile | null
}

/** What writing back would do, file by file. Nothing is done yet. */
export interface Plan {
  readonly files: readonly PlannedFile[]
  /** Files that changed here and are not written, with words that follow the name. */
  readonly leftOut: readonly LeftOut[]
  /** Files that only the disk changed, added again or removed since. They stay as they are there. */
  readonly theirs: readonly string[]
  /** Files that are the same here and there, and were noted otherwise. */
  readonly agreed: ReadonlyMap<string, KeptFile | undefined>
}

/** What a plan is made of. */
export interface PlanSources {
  readonly base: ReadonlyMap<string, KeptFile>
  readonly here: readonly FileEntry[]
  readonly disk: DiskFolder
}

/** Looks of this many files are under way at a time. */
const AT_ONCE = 16

/** Compares what the folder was, what is here, and what is on the disk now. Files that only the disk has are not looked at. */
export async function makePlan({ base, here, disk: folder }: PlanSources): Promise<Plan> {
  const entries = new Map(here.map((entry) => [entry.path, entry]))
  const paths = [...new Set([...base.keys(), ...entries.keys()])].toSorted()
  const { asked, leftOut } = writable(paths, base, entries)
  const seen = new Map<string, SeenFile | null>()
  const waiting = [...asked]
  const look = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop())
      seen.set(path, await seenFile(folder, path, unchanged(base.get(path), entries.get(path))))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, look))
  const files: PlannedFile[] = []
  const theirs: string[] = []
  const agreed = new Map<string, KeptFile | undefined>()
  for (const path of asked) {
    const [known, entry = null, there = null] = [base.get(path), entries.get(path), seen.get(path)]
    // What a page that was killed leaves of a new file: its name. There is nothing in it to ask about.
    const isStandIn = known === undefined && entry !== null && there?.size === 0
    const disk = there && !isStandIn ? (there.hash ?? 'too large') : null
    const fate =
      entry !== null && entry.hash === there?.hash ? 'same' : fateOf({ base: known?.hash ?? null, here: entry?.hash ?? null, disk })
    if (fate === 'theirs') theirs.push(path)
    else if (fate !== 'same') files.push({ path, fate, here: entry, disk: there })
    else if (!isNoted(known, there)) agreed.set(path, entry && there ? { ...there, hash: entry.hash } : undefined)
  }
  return { files, leftOut, theirs, agreed }
}

type Entries = ReadonlyMap<string, FileEntry>

function writable(
  paths: readonly string[],
  base: PlanSources['base'],
  entries: Entries,
): { readonly asked: readonly string[]; readonly leftOut: readonly LeftOut[] } {
  const leftOut = new Map<string, LeftOut>()
  const same = twins(paths)
  const asked = paths.filter((path) => {
    const entry = entries.get(path)
    const twin = same.get(path)
    const why =
      whyNotWritten(entry ?? { path }) ?? (twin === undefined ? undefined : { path, why: `is one file with ${twin} on many disks` })
    if (why === undefined) return true
    if (entry?.hash !== base.get(path)?.hash) leftOut.set(why.path, why)
    return false
  })
  return { asked, leftOut: [...leftOut.values()] }
}

/** What the file was, where nobody here has touched it since: then its size and time are enough. */
function unchanged(base: KeptFile | undefined, entry: FileEntry | undefined): KeptFile | undefined {
  return base !== undefined && base.hash === entry?.hash ? base : undefined
}

async function seenFile(disk: DiskFolder, path: string, known: KeptFile | undefined): Promise<SeenFile | null> {
  const look = await disk.look(path)
  if (look.type !== 'file') return null
  const { size, lastModified } = look.file
  const isKnown = known?.size === size && known.lastModified === lastModified
  return { size, lastModified, hash: isKnown ? known.hash : await hashOfFile(look.file) }
}

function isNoted(known: KeptFile | undefined, there: SeenFile | null): boolean {
  return known?.hash === there?.hash && known?.size === there?.size && known?.lastModified === there?.lastModified
}
