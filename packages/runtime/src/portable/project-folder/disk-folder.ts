import type { BlobHash } from '@tabwright/protocol'
import { digestBytes } from '../../io/hash-noble'
import { PROJECT_LIMITS } from '../project-import/project-limits'

/** What a path of the disk is: a file, nothing, or something that is no file. */
export type DiskLook = { readonly type: 'file'; readonly file: File } | { readonly type: 'none' } | { readonly type: 'other' }

/** A folder of the person's disk by paths, as the browser lets us at it. */
export interface DiskFolder {
  look(path: string): Promise<DiskLook>
  /** @param make makes it, and the folders that it is in */
  file(path: string, make: boolean): Promise<FileSystemFileHandle>
  /** Removes a file, and folders that have become empty with it. */
  remove(path: string): Promise<void>
  /** Removes the folders that a path is in, as long as they are empty. */
  removeEmptyAbove(path: string): Promise<void>
}

/** The browser's name of an error, such as `NotFoundError`. */
export const nameOf = (error: unknown): string => (error instanceof DOMException || error instanceof Error ? error.name : '')

export function diskFolder(root: FileSystemDirectoryHandle): DiskFolder {
  const folderOf = async (path: string, make: boolean): Promise<FileSystemDirectoryHandle> => {
    let folder = root
    for (const part of path.split('/').slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: make })
    return folder
  }
  const file = async (path: string, make: boolean): Promise<FileSystemFileHandle> => {
    const folder = await folderOf(path, make)
    return folder.getFileHandle(lastOf(path), { create: make })
  }
  const removeEmptyAbove = async (path: string): Promise<void> => {
    const parts = path.split('/').slice(0, -1)
    for (; parts.length > 0; parts.pop()) {
      const inner = parts.join('/')
      if (!(await removedEmpty(() => folderOf(inner, false), lastOf(inner)))) return
    }
  }
  return {
    file,
    removeEmptyAbove,
    look: async (path) => {
      try {
        return { type: 'file', file: await (await file(path, false)).getFile() }
      } catch (error) {
        if (nameOf(error) === 'NotFoundError') return { type: 'none' }
        if (nameOf(error) === 'TypeMismatchError') return { type: 'other' }
        throw error
      }
    },
    remove: async (path) => {
      await (await folderOf(path, false)).removeEntry(lastOf(path))
      await removeEmptyAbove(path)
    },
  }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** False: something is in it. */
async function removedEmpty(folder: () => Promise<FileSystemDirectoryHandle>, name: string): Promise<boolean> {
  try {
    await (await folder()).removeEntry(name)
    return true
  } catch (error) {
    if (nameOf(error) === 'NotFoundError') return true
    if (nameOf(error) === 'InvalidModificationError') return false
    throw error
  }
}

/** What a folder's own files say is not of the project. Folders end without a slash; that of the project is the empty one. */
export interface FolderIgnore {
  /** The walk goes into a folder that has such a file. */
  enter(folder: string, text: string): void
  leavesOut(path: string, isFolder: boolean): boolean
}

/** A file of a folder, or one that stands for what is left out. */
export interface FoundFile {
  readonly path: string
  readonly file: Blob
  /** Left out by a `.gitignore`; of a folder the path ends in a slash. */
  readonly isIgnored?: boolean
}

/** Files of a folder are told of as they are found; what the import leaves out anyway is not walked through. */
export async function* filesIn(folder: FileSystemDirectoryHandle, ignore?: FolderIgnore, at = ''): AsyncGenerator<FoundFile> {
  const above = at === '' ? '' : `${at}/`
  if (ignore !== undefined) ignore.enter(at, (await textIn(folder, '.gitignore')) ?? '')
  for await (const entry of folder.values()) {
    const path = `${above}${entry.name}`
    const isFolder = entry.kind === 'directory'
    // One stands for all of them, and is named as left out.
    if (isFolder && entry.name === 'node_modules') yield { path: `${path}/…`, file: new Blob() }
    else if (ignore?.leavesOut(path, isFolder)) yield { path: isFolder ? `${path}/` : path, file: new Blob(), isIgnored: true }
    else if (entry.kind === 'file') yield { path, file: await entry.getFile() }
    else yield* filesIn(entry, path === '.git' ? undefined : ignore, path)
  }
}

/** A small file of a folder; undefined where there is none of that name. */
async function textIn(folder: FileSystemDirectoryHandle, name: string): Promise<string | undefined> {
  return (await bytesIn(folder, [name]))?.text()
}

/** A file below a folder; undefined where there is none. */
export async function bytesIn(folder: FileSystemDirectoryHandle, path: readonly string[]): Promise<File | undefined> {
  try {
    let inner = folder
    for (const part of path.slice(0, -1)) inner = await inner.getDirectoryHandle(part)
    return await (await inner.getFileHandle(path.at(-1) ?? '')).getFile()
  } catch (error) {
    if (nameOf(error) === 'NotFoundError' || nameOf(error) === 'TypeMismatchError') return undefined
    throw error
  }
}

/** What a file holds; undefined: it is larger than any that can be here. */
export async function hashOfFile(file: File): Promise<BlobHash | undefined> {
  return file.size > PROJECT_LIMITS.file ? undefined : digestBytes(new Uint8Array(await file.arrayBuffer()))
}
