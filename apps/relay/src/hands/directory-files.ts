import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readlink, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DIRECTORY_LIMITS, staysThere, type ChangeAnswer, type DirectoryChange, type ReadAnswer } from '@tabwright/protocol'
import { stampOf } from './directory-look'
import { BadPath, segmentsOf } from './folder-path'
import { HeldParts } from './held-parts'
import { absentOr, codeOf, FileProblem, fileOf, FOLDER_FLAGS, inFolder, problemOf, type FilePlace } from './open-folder'

type Part = ReadAnswer['parts'][number]
type Changed = ChangeAnswer['items'][number]
type FileChange = Extract<DirectoryChange, { type: 'file' }>

/** Contents of a directory's files for a tab that keeps its own in step with them. No link is followed; see {@link inFolder}. */
export class DirectoryFiles {
  readonly #root: string
  /** What has come of files that do not fit one call, by session and path. */
  readonly #parts = new HeldParts()

  /** @param root the directory's real path */
  constructor(root: string) {
    this.#root = root
  }

  /** As many of them, in their order, as one answer holds. */
  async read(items: readonly { readonly path: string; readonly offset: number }[]): Promise<Part[]> {
    const parts: Part[] = []
    let room: number = DIRECTORY_LIMITS.pack
    for (const { path, offset } of items) {
      const part = await this.#readPart(path, { offset, room }).catch((thrown: unknown) => ({ path, problem: sentence(thrown) }))
      parts.push(part)
      room -= 'bytes' in part ? Math.ceil(part.bytes.length * 0.75) + ROW : ROW
      if (room <= 0) break
    }
    return parts
  }

  /** One after the other; each is done or not, whatever becomes of the others. */
  async change(session: string, items: readonly DirectoryChange[]): Promise<Changed[]> {
    const done: Changed[] = []
    for (const item of items) {
      done.push(await this.#one(session, item).catch((thrown: unknown): Changed => ({ path: item.path, problem: sentence(thrown) })))
    }
    return done
  }

  #readPart(path: string, { offset, room }: { readonly offset: number; readonly room: number }): Promise<Part> {
    const { folder, name, shown } = fileOf(path)
    return inFolder({ root: this.#root, segments: folder }, async (at) => {
      const stat = await lstat(join(at, name), { bigint: true }).catch(problemOf(shown))
      if (stat.isSymbolicLink()) {
        const target = Buffer.from(await readlink(join(at, name)).catch(problemOf(shown)))
        return { path, offset: 0, bytes: target.toString('base64'), size: target.length, stamp: stampOf(stat) }
      }
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
      const file = await open(join(at, name), flags).catch(problemOf(shown))
      try {
        const now = await file.stat({ bigint: true })
        if (!now.isFile()) throw new FileProblem(`${shown} is no file.`)
        const piece = Buffer.alloc(Math.min(room, Math.max(0, Number(now.size) - offset)))
        const { bytesRead } = await file.read(piece, 0, piece.length, offset)
        const bytes = piece.subarray(0, bytesRead).toString('base64')
        return { path, offset, bytes, size: Number(now.size), stamp: stampOf(now) }
      } finally {
        await file.close()
      }
    })
  }

  async #one(session: string, item: DirectoryChange): Promise<Changed> {
    if (staysThere(segmentsOf(item.path).join('/'))) throw new FileProblem(`${item.path} stays there; the shell can change it.`)
    const place = fileOf(item.path)
    switch (item.type) {
      case 'folder':
        return this.#makeFolder(item, place)
      case 'remove':
        return this.#remove(item, place)
      case 'part': {
        const key = JSON.stringify([session, item.path])
        this.#parts.add(key, Buffer.from(item.bytes, 'base64'), { isFirst: item.isFirst, shown: place.shown })
        return { path: item.path, stamp: null }
      }
      case 'file':
        return this.#write(item, place, this.#bytesOf(session, item))
    }
  }

  #bytesOf(session: string, { path, bytes, hasParts }: FileChange): Buffer {
    const came = this.#parts.take(JSON.stringify([session, path]))
    const held = hasParts ? came : []
    if (held === undefined) throw new FileProblem(`${path} did not come whole; nothing was written.`)
    return Buffer.concat([...held, Buffer.from(bytes, 'base64')])
  }

  #makeFolder({ path, permissions }: Extract<DirectoryChange, { type: 'folder' }>, place: FilePlace): Promise<Changed> {
    const { folder, name, shown } = place
    return inFolder({ root: this.#root, segments: folder, make: true }, async (at) => {
      await mkdir(join(at, name)).catch((thrown: unknown) => (codeOf(thrown) === 'EEXIST' ? undefined : problemOf(shown)(thrown)))
      // By what was opened: its name may lead elsewhere by now.
      const made = await open(join(at, name), FOLDER_FLAGS).catch((thrown: unknown) => {
        if (['ENOTDIR', 'ELOOP'].includes(codeOf(thrown))) throw new FileProblem(`${shown} is there and is no folder.`)
        return problemOf(shown)(thrown)
      })
      try {
        await made.chmod(permissions).catch(problemOf(shown))
        return { path, stamp: stampOf(await made.stat({ bigint: true })) }
      } finally {
        await made.close()
      }
    })
  }

  async #remove({ path, seen, above }: Extract<DirectoryChange, { type: 'remove' }>, place: FilePlace): Promise<Changed> {
    const { folder, name, shown } = place
    const end = await inFolder({ root: this.#root, segments: folder }, async (at): Promise<Changed> => {
      const now = await lstat(join(at, name), { bigint: true }).catch(absentOr(shown))
      if (now === undefined) return { path, stamp: null }
      if (now.isDirectory()) await rmdir(join(at, name)).catch(problemOf(shown))
      else if (stampOf(now) !== seen) return { path, stale: true }
      else await unlink(join(at, name)).catch(problemOf(shown))
      return { path, stamp: null }
    }).catch((thrown: unknown): Changed => {
      if (thrown instanceof FileProblem && thrown.message.endsWith('is not there.')) return { path, stamp: null }
      throw thrown
    })
    if (!('stale' in end)) await this.#removeEmpty(folder, above)
    return end
  }

  /** What else somebody has in them keeps them there. */
  async #removeEmpty(folder: readonly string[], above: number): Promise<void> {
    for (let n = folder.length; n > folder.length - above && n > 0; n--) {
      const name = folder[n - 1] ?? ''
      const isGone = await inFolder({ root: this.#root, segments: folder.slice(0, n - 1) }, (at) => rmdir(join(at, name))).then(
        () => true,
        () => false,
      )
      if (!isGone) return
    }
  }

  /** In one step; what is linked to the old content elsewhere keeps that. */
  #write(item: FileChange, { folder, name, shown }: FilePlace, bytes: Buffer): Promise<Changed> {
    const { path, seen, kind, permissions, mtime } = item
    return inFolder({ root: this.#root, segments: folder, make: true }, async (at) => {
      const now = await lstat(join(at, name), { bigint: true }).catch(absentOr(shown))
      if (now?.isDirectory()) await rmdir(join(at, name)).catch(problemOf(shown))
      else if ((now === undefined ? null : stampOf(now)) !== seen) return { path, stale: true } as const
      const draft = join(at, `.${randomBytes(8).toString('hex')}.tabwright`)
      try {
        if (kind === 'symlink') await symlink(bytes, draft).catch(problemOf(shown))
        else await writeDraft(draft, bytes, { permissions, mtime, shown })
        await rename(draft, join(at, name)).catch(problemOf(shown))
      } catch (thrown) {
        await rm(draft, { force: true })
        throw thrown
      }
      return { path, stamp: stampOf(await lstat(join(at, name), { bigint: true })) }
    })
  }
}

/** Of an answer's room for what stands around the bytes. */
const ROW = 300

interface Draft {
  readonly permissions: number
  readonly mtime: number
  readonly shown: string
}

async function writeDraft(draft: string, bytes: Buffer, { permissions, mtime, shown }: Draft): Promise<void> {
  const file = await open(draft, 'wx', 0o600).catch(problemOf(shown))
  try {
    await file.writeFile(bytes)
    await file.chmod(permissions)
    await file.utimes(mtime / 1000, mtime / 1000)
  } catch (thrown) {
    problemOf(shown)(thrown)
  } finally {
    await file.close()
  }
}

function sentence(thrown: unknown): string {
  if (thrown instanceof FileProblem || thrown instanceof BadPath) return thrown.message
  throw thrown
}
