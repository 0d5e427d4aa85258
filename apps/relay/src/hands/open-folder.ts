import { constants } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { BadPath, segmentsOf, shownPath } from './folder-path'

/** What cannot be done with a file: one sentence, which names no place of this machine. */
export class FileProblem extends Error {}

/** A folder that was opened: where the system can, by what it is and not by its name. */
export function openedPath({ fd }: Pick<FileHandle, 'fd'>, path: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${fd}` : path
}

export const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

interface Way {
  /** The directory's real path. */
  readonly root: string
  readonly segments: readonly string[]
  /** Folders that are not there are made. */
  readonly make?: boolean
}

/** Walks down without following a link, and gives a path that means the folder that was opened, whatever its name leads to by now. */
export async function inFolder<T>({ root, segments, make = false }: Way, then: (path: string) => Promise<T>): Promise<T> {
  const held: FileHandle[] = []
  try {
    let at = root
    for (const [n, segment] of ['', ...segments].entries()) {
      const shown = shownPath(segments.slice(0, n))
      const next = join(at, segment)
      if (make && n > 0) await mkdir(next).catch(thereOr(shown))
      const opened = await open(next, FOLDER_FLAGS).catch(problemOf(shown))
      held.push(opened)
      at = openedPath(opened, next)
    }
    return await then(at)
  } finally {
    await Promise.all(held.map((one) => one.close()))
  }
}

/** A file by the folder that it is in. */
export interface FilePlace {
  readonly folder: readonly string[]
  readonly name: string
  readonly shown: string
}

/** @throws BadPath for a path that leads out or is the directory itself */
export function fileOf(path: string): FilePlace {
  const segments = segmentsOf(path)
  const name = segments.at(-1)
  if (name === undefined) throw new BadPath(`${shownPath([])} is the folder itself; name a file in it.`)
  return { folder: segments.slice(0, -1), name, shown: shownPath(segments) }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'is not there'],
  ['ENOTDIR', 'goes through something that is no folder'],
  ['EISDIR', 'is a folder'],
  ['ELOOP', 'is a link, and links are not followed'],
  ['EACCES', 'may not be used by this user'],
  ['EPERM', 'may not be used by this user'],
  ['ENOSPC', 'was not written: the disk is full'],
  ['EROFS', 'cannot be written: the disk is read-only'],
  ['ENAMETOOLONG', 'has a name that is too long'],
  ['EEXIST', 'is there already'],
  ['ENOTEMPTY', 'is a folder with something in it'],
])

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}

/** Node's own words would name where the directory lies. */
export function problemOf(shown: string): (thrown: unknown) => never {
  return (thrown) => {
    const reason = REASONS.get(codeOf(thrown))
    if (reason === undefined) throw thrown
    throw new FileProblem(`${shown} ${reason}.`)
  }
}

export function absentOr(shown: string): (thrown: unknown) => undefined {
  return (thrown) => (codeOf(thrown) === 'ENOENT' ? undefined : problemOf(shown)(thrown))
}

function thereOr(shown: string): (thrown: unknown) => undefined {
  return (thrown) => (codeOf(thrown) === 'EEXIST' ? undefined : problemOf(shown)(thrown))
}
