import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { segmentsOf } from './folder-path'
import { absentOr, FileProblem, fileOf, inFolder, problemOf } from './open-folder'

/** Largest file that is read or written whole; larger ones are the shell's. */
const MOST_BYTES = 512 * 1024
const MOST_NAMES = 1000

/** One name in a folder. A JSON object as it is answered. */
export type Listed = {
  readonly name: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
}

/**
 * Files of one directory. No link is followed on the way to any of them, the last part included: each folder is opened from the one
 * above, so nothing that is exchanged meanwhile leads out (where the system can open a file from a folder, which is Linux).
 */
export class FolderFiles {
  readonly #root: string

  /** @param root the directory's real path */
  constructor(root: string) {
    this.#root = root
  }

  async list(path: string): Promise<{ entries: Listed[]; more: number }> {
    const segments = segmentsOf(path)
    return inFolder({ root: this.#root, segments }, async (folder) => {
      const found = await readdir(folder, { withFileTypes: true })
      const entries = found.map((one): Listed => ({
        name: one.name,
        kind: one.isFile() ? 'file' : one.isDirectory() ? 'folder' : one.isSymbolicLink() ? 'link' : 'other',
      }))
      entries.sort((a, b) => (a.name < b.name ? -1 : 1))
      return { entries: entries.slice(0, MOST_NAMES), more: Math.max(0, entries.length - MOST_NAMES) }
    })
  }

  async read(path: string): Promise<string> {
    const { folder, name, shown } = fileOf(path)
    return inFolder({ root: this.#root, segments: folder }, async (at) => {
      // Without waiting for a writer, should it be a pipe.
      const file = await open(join(at, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(problemOf(shown))
      try {
        const { size } = await regular(file, shown)
        if (size > MOST_BYTES)
          throw new FileProblem(`${shown} has ${size} bytes; more than ${MOST_BYTES} are read in parts, with the shell.`)
        return textOf(await file.readFile(), shown)
      } finally {
        await file.close()
      }
    })
  }

  /** Replaces the file in one step; what is linked to the old content elsewhere keeps that. */
  async write(path: string, text: string): Promise<void> {
    const { folder, name, shown } = fileOf(path)
    if ([...folder, name].some((segment) => segment.toLowerCase() === '.git'))
      throw new FileProblem(`${shown} is git's own; git changes it, with the shell.`)
    const bytes = Buffer.from(text)
    if (bytes.length > MOST_BYTES) throw new FileProblem(`That is more than ${MOST_BYTES} bytes; nothing was written.`)
    await inFolder({ root: this.#root, segments: folder, make: true }, async (at) => {
      const before = await lstat(join(at, name)).catch(absentOr(shown))
      if (before !== undefined && !before.isFile()) throw new FileProblem(`${shown} is there and is no file; nothing was written.`)
      const draft = join(at, `.${randomBytes(8).toString('hex')}.tabwright`)
      const file = await open(draft, 'wx', before === undefined ? 0o644 : before.mode & 0o777).catch(problemOf(shown))
      try {
        await file.writeFile(bytes)
        await file.sync()
        await file.close()
        await rename(draft, join(at, name))
      } catch (thrown) {
        await rm(draft, { force: true })
        return problemOf(shown)(thrown)
      }
    })
  }
}

async function regular(file: FileHandle, shown: string): Promise<{ readonly size: number }> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new FileProblem(`${shown} is no file.`)
  return stat
}

function textOf(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new FileProblem(`${shown} is no text; the shell can look at it.`)
    throw thrown
  }
}
