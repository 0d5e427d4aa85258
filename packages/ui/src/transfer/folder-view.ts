import { plural, t } from '../language'
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
  if (written === 0 && removed === 0) return t('Nothing to write')
  if (written === 0) return t('Remove {removed}', { removed: plural(removed, 'file') })
  return removed === 0
    ? t('Write {written}', { written: plural(written, 'file') })
    : t('Write {written}, remove {removed}', { written: plural(written, 'file'), removed })
}

/** What becomes of a file that nobody has to be asked about. */
export function fateText({ fate, here, losesBits }: FolderPlanFileView): string {
  if (fate === 'remove') return t('is removed')
  return [
    fate === 'add' ? t('is added') : t('is replaced'),
    ...(here === null ? [] : [bytes(here.size)]),
    ...(losesBits ? [t('without its permission to run')] : []),
  ].join(', ')
}

/** Why a file is asked about: both sides, by size and time. */
export function conflictText({ here, disk }: FolderPlanFileView, now: number): string {
  const there =
    disk === null
      ? t('removed on the disk')
      : t('changed on the disk ({size}, {time})', { size: bytes(disk.size), time: clock(disk.lastModified, now) })
  return `${there}, ${here === null ? t('removed here') : t('changed here ({size})', { size: bytes(here.size) })}`
}

/** The two answers, the one that changes nothing first. */
export function answers({ here, disk }: FolderPlanFileView): readonly [keep: string, overwrite: string] {
  if (disk === null) return [t('Leave it removed'), t('Write it again')]
  return [t('Keep the disk’s'), here === null ? t('Remove it there') : t('Overwrite')]
}

/** What was written, in a sentence. */
export function writtenSentence({ folder, written, removed }: WrittenFolderView): string {
  const parts = [
    ...(written > 0 ? [t('{files} written', { files: plural(written, 'file') })] : []),
    ...(removed > 0 ? [t('{files} removed', { files: plural(removed, 'file') })] : []),
  ]
  return parts.length === 0
    ? t('Nothing was written to {folder}.', { folder })
    : t('{folder}: {parts}.', { folder, parts: parts.join(', ') })
}

/** Files that the disk alone has changed. */
export function theirsSentence(theirs: readonly string[]): string {
  const [first] = theirs
  if (first === undefined) return ''
  return theirs.length === 1
    ? t('{path} was changed on the disk alone and stays as there. Import the folder again to have that here.', { path: first })
    : t('{count} files were changed on the disk alone and stay as there. Import the folder again to have that here.', {
        count: theirs.length,
      })
}
