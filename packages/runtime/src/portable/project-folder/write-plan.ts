import { FailureError, type BlobHash } from '@tabwright/protocol'
import type { KeptFile } from '../../io/folder-idb'
import type { LeftOut } from '../project-import/project-file'
import { hashOfFile, nameOf, type DiskFolder, type DiskLook } from './disk-folder'
import type { PlannedFile, SeenFile } from './make-plan'

/** What {@link writePlan} works with. */
export interface WriteSources {
  readonly disk: DiskFolder
  readonly blob: (hash: BlobHash) => Promise<Uint8Array>
  /** What a file of the disk is now; undefined: gone. Durable before the next file is touched. */
  readonly note: (path: string, file: KeptFile | undefined) => Promise<void>
}

/** What was done, in files. */
export interface WrittenPlan {
  readonly written: number
  readonly removed: number
  /** Left as they are on the disk, with words that follow the name. */
  readonly failed: readonly LeftOut[]
}

/** Removals come first: a name that is free then may be a folder's, or another spelling's. */
export function inOrder(files: readonly PlannedFile[]): readonly PlannedFile[] {
  return [...files.filter(({ here }) => here === null), ...files.filter(({ here }) => here !== null)]
}

/**
 * Writes these files of a plan, each whole or not at all, and none that the disk has otherwise than the plan saw it. What a browser refuses for
 * one is told of that one; where it lets nobody write any more, the rest is not tried.
 */
export async function writePlan(files: readonly PlannedFile[], sources: WriteSources): Promise<WrittenPlan> {
  const failed: LeftOut[] = []
  let [written, removed] = [0, 0]
  let over: string | undefined
  for (const file of inOrder(files)) {
    const why = over ?? (await tried(() => (file.here === null ? removeOne(file, sources) : writeOne(file, file.here.hash, sources))))
    if (why === undefined && file.here === null) removed += 1
    else if (why === undefined) written += 1
    else failed.push({ path: file.path, why })
    if (why === FORBIDDEN || why === FULL || why?.startsWith(UNFINISHED)) over = `was not tried after that: ${why}`
  }
  return { written, removed, failed }
}

const MOVED = 'changed on the disk meanwhile'
const FORBIDDEN = 'could not be written: the browser does not allow it any more'
const FULL = 'did not fit: the disk is full'
const UNFINISHED = 'could not be finished here: '

/** Why it was not done, as words that follow the name. What is not the browser's or ours is a mistake in the program, and goes on. */
async function tried(act: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof FailureError) return `${UNFINISHED}${error.failure.message}`
    if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error
    return wordsFor(nameOf(error))
  }
}

function wordsFor(name: string): string {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return FORBIDDEN
    case 'QuotaExceededError':
      return FULL
    case 'NoModificationAllowedError':
    case 'InvalidModificationError':
      return 'is locked or in use by another program'
    case 'TypeMismatchError':
      return 'has a name that is both a file’s and a folder’s there'
    case 'NotFoundError':
      return 'could not be found any more'
    case 'TypeError':
      return 'has a name that this disk does not take'
    default:
      return `could not be written (${name})`
  }
}

async function removeOne({ path, disk: seen }: PlannedFile, { disk, note }: WriteSources): Promise<string | undefined> {
  if (!(await isAsSeen(await disk.look(path), seen))) return MOVED
  if (seen !== null) await disk.remove(path)
  await note(path, undefined)
  return undefined
}

async function writeOne(
  { path, disk: seen }: PlannedFile,
  hash: BlobHash,
  { disk, blob, note }: WriteSources,
): Promise<string | undefined> {
  const bytes = new Uint8Array(await blob(hash))
  if (!(await isAsSeen(await disk.look(path), seen))) return MOVED
  const handle = await disk.file(path, true)
  // An empty file stands in for a new one until it is written.
  const before = seen ?? (await handle.getFile())
  const out = await handle.createWritable()
  let isOpen = true
  try {
    await out.write(bytes)
    // The last look, right before the one moment in which the file is replaced.
    const now = await handle.getFile()
    if (now.size !== before.size || now.lastModified !== before.lastModified) return MOVED
    isOpen = false
    await out.close()
  } finally {
    if (isOpen) await out.abort()
    if (seen === null) await withoutEmpty(disk, path, bytes.length)
  }
  const { size, lastModified } = await handle.getFile()
  await note(path, { hash, size, lastModified })
  return undefined
}

/** The stand-in of a file that was not written goes. */
async function withoutEmpty(disk: DiskFolder, path: string, wanted: number): Promise<void> {
  const look = await disk.look(path)
  if (wanted > 0 && look.type === 'file' && look.file.size === 0) await disk.remove(path)
}

async function isAsSeen(look: DiskLook, seen: SeenFile | null): Promise<boolean> {
  if (look.type !== 'file' || seen === null) return look.type !== 'file' && seen === null
  const { size, lastModified } = look.file
  return size === seen.size && lastModified === seen.lastModified && (await hashOfFile(look.file)) === seen.hash
}
