import { plural } from '../language'
import { bytes, clock } from '../layout/figures'

/** What writing back to a folder would do: the runtime's plan fits as it is. */
export interface FolderPlanView {
  readonly id: string
  readonly folder: string
  readonly files: readonly FolderPlanFileView[]
  readonly leftOut: readonly LeftOutView[]
  readonly theirs: readonly string[]
}

/** One file of it. */
export interface FolderPlanFileView {
  readonly path: string
  readonly fate: 'add' | 'change' | 'remove' | 'conflict'
  readonly here: { readonly size: number } | null
  readonly disk: { readonly size: number; readonly lastModified: number } | null
  readonly losesBits?: boolean
}

/** A file that is not written, with words that follow its name. */
export interface LeftOutView {
  readonly path: string
  readonly why: string
}

/** What was done, in files. */
export interface WrittenFolderView {
  readonly folder: string
  readonly written: number
  readonly removed: number
  readonly failed: readonly LeftOutView[]
}

/** How many files a plan writes and removes. */
export interface Touched {
  readonly written: number
  readonly removed: number
}

export function touchedBy({ files }: Pick<FolderPlanView, 'files'>, overwrite: ReadonlySet<string>): Touched {
  const touched = files.filter(({ path, fate }) => fate !== 'conflict' || overwrite.has(path))
  const removed = touched.filter(({ here }) => here === null).length
  return { written: touched.length - removed, removed }
}

/** The one button that writes: it says what it does. */
export function writeLabel({ written, removed }: Touched): string {
  if (written === 0 && removed === 0) return 'Nothing to write'
  if (written === 0) return `Remove ${plural(removed, 'file')}`
  return removed === 0 ? `Write ${plural(written, 'file')}` : `Write ${plural(written, 'file')}, remove ${removed}`
}

/** What becomes of a file that nobody has to be asked about. */
export function fateText({ fate, here, losesBits }: FolderPlanFileView): string {
  const size = here === null ? '' : `, ${bytes(here.size)}`
  if (fate === 'remove') return 'is removed'
  return `${fate === 'add' ? 'is added' : 'is replaced'}${size}${losesBits ? ', without its permission to run' : ''}`
}

/** Why a file is asked about: both sides, by size and time. */
export function conflictText({ here, disk }: FolderPlanFileView, now: number): string {
  const there = disk === null ? 'removed on the disk' : `changed on the disk (${bytes(disk.size)}, ${clock(disk.lastModified, now)})`
  return `${there}, ${here === null ? 'removed here' : `changed here (${bytes(here.size)})`}`
}

/** The two answers, the one that changes nothing first. */
export function answers({ here, disk }: FolderPlanFileView): readonly [keep: string, overwrite: string] {
  if (disk === null) return ['Leave it removed', 'Write it again']
  return ['Keep the disk’s', here === null ? 'Remove it there' : 'Overwrite']
}

/** What was written, in a sentence. */
export function writtenSentence({ folder, written, removed }: WrittenFolderView): string {
  const parts = [
    ...(written > 0 ? [`${plural(written, 'file')} written`] : []),
    ...(removed > 0 ? [`${plural(removed, 'file')} removed`] : []),
  ]
  return parts.length === 0 ? `Nothing was written to ${folder}.` : `${folder}: ${parts.join(', ')}.`
}

/** Files that the disk alone has changed. */
export function theirsSentence(theirs: readonly string[]): string {
  const [first] = theirs
  if (first === undefined) return ''
  const which = theirs.length === 1 ? `${first} was` : `${plural(theirs.length, 'file')} were`
  return `${which} changed on the disk alone and ${theirs.length === 1 ? 'stays' : 'stay'} as there. Import the folder again to have that here.`
}
