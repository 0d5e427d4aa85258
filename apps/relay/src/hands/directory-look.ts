import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type BigIntStats,
} from 'node:fs'
import { join } from 'node:path'
import { DIRECTORY_LIMITS, staysThere, type DirectoryEntry } from '@tabwright/protocol'
import type { Confinement } from './confinement'
import { FOLDER } from './folder-path'
import { codeOf, FOLDER_FLAGS, openedPath } from './open-folder'

/** What a directory holds at a moment, but for what stays there. */
export interface Looked {
  readonly entries: readonly DirectoryEntry[]
  /** What stays there, with all that is below it. */
  readonly left: readonly string[]
  readonly tooMuch: string | undefined
}

/** Which state of a file it is: whatever writes it makes another one of it, a change of the bits too. */
export function stampOf({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [ino, size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join('.')
}

/** Mode bits that a file is told to have. */
function entryOf(path: string, stat: BigIntStats): Omit<DirectoryEntry, 'hash'> {
  const bits = Number(stat.mode) & 0o777
  const kind = stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'folder' : (bits & 0o100) !== 0 ? 'executable' : 'file'
  return { path, kind, permissions: bits, mtime: Math.floor(Number(stat.mtimeMs)), size: Number(stat.size), stamp: stampOf(stat) }
}

const PIECE = 1024 * 1024

/** Walks through the directory without following a link. In one go: what is told is of one moment, as far as others hold still. */
class Walk {
  readonly entries: DirectoryEntry[] = []
  readonly left: string[] = []
  tooMuch: string | undefined
  #bytes = 0
  readonly #ignored: ReadonlySet<string>
  readonly #hashes: boolean

  constructor(ignored: ReadonlySet<string>, hashes: boolean) {
    this.#ignored = ignored
    this.#hashes = hashes
  }

  /** @returns whether anything stands in it @param above path of the folder, empty for the directory itself */
  folder(at: string, above: string): boolean {
    const fd = openSync(at, FOLDER_FLAGS)
    try {
      const here = openedPath({ fd }, at)
      const names = readdirSync(here).sort()
      for (const name of names) {
        if (this.tooMuch !== undefined) break
        this.#one(join(here, name), above === '' ? name : `${above}/${name}`)
      }
      return names.length > 0
    } finally {
      closeSync(fd)
    }
  }

  #one(at: string, path: string): void {
    const stat = lstatSync(at, { bigint: true, throwIfNoEntry: false })
    if (stat === undefined) return
    if (staysThere(path) || this.#ignored.has(path)) {
      this.left.push(path)
      return
    }
    if (stat.isDirectory()) {
      try {
        if (this.folder(at, path)) return
      } catch (thrown) {
        const code = codeOf(thrown)
        if (!['ENOENT', 'EACCES', 'ELOOP', 'ENOTDIR'].includes(code)) throw thrown
        // Nobody's to look at: it stays there. What is gone meanwhile does not.
        if (code !== 'ENOENT') this.left.push(path)
        return
      }
    } else if (!stat.isFile() && !stat.isSymbolicLink()) return
    this.#add(at, entryOf(path, stat))
  }

  #add(at: string, found: Omit<DirectoryEntry, 'hash'>): void {
    const { files, bytes, file } = DIRECTORY_LIMITS
    // Told, so that it can be named; its content stays there.
    const counted = found.size > file ? 0 : found.size
    this.#bytes += counted
    if (this.entries.length >= files) this.tooMuch = `more than ${files} files`
    if (this.#bytes > bytes) this.tooMuch = `more than ${bytes / 1e6} MB of files`
    if (this.tooMuch !== undefined) return
    const hash = this.#hashes && found.size <= file ? hashOf(at, found.kind) : undefined
    this.entries.push(hash === undefined ? found : { ...found, hash })
  }
}

/** Undefined where it cannot be read: whoever then asks for the content is told why. */
function hashOf(at: string, kind: DirectoryEntry['kind']): string | undefined {
  if (kind === 'folder') return undefined
  const hash = createHash('sha256')
  try {
    if (kind === 'symlink') return hash.update(readlinkSync(at)).digest('hex')
    const fd = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      if (!fstatSync(fd).isFile()) return undefined
      const piece = Buffer.allocUnsafe(PIECE)
      for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) hash.update(piece.subarray(0, read))
      return hash.digest('hex')
    } finally {
      closeSync(fd)
    }
  } catch (thrown) {
    if (['ENOENT', 'EACCES', 'ELOOP'].includes(codeOf(thrown))) return undefined
    throw thrown
  }
}

/** @param hashes also the hash of each content */
export async function lookAt(root: string, confinement: Confinement, hashes: boolean): Promise<Looked> {
  const walk = new Walk(await ignoredByGit(root, confinement), hashes)
  walk.folder(root, '')
  const { entries, left, tooMuch } = walk
  return { entries, left, tooMuch }
}

const GIT = 'git -c core.fsmonitor=false -c safe.directory=* ls-files --others --ignored --exclude-standard --directory -z'.split(' ')
const MOST_SAID = 16 * 1024 * 1024

/**
 * What git leaves out of a repository. Asked where commands run and not out here: what a repository's settings start is no business of ours.
 * Nothing is left out where git is not there or does not know.
 */
function ignoredByGit(root: string, confinement: Confinement): Promise<ReadonlySet<string>> {
  if (!existsSync(join(root, '.git'))) return Promise.resolve(new Set())
  const [program = '', ...args] = [...confinement.before(FOLDER), ...GIT]
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: { ...confinement.env }, stdio: ['ignore', 'pipe', 'ignore'] })
    const parts: Buffer[] = []
    let size = 0
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length
      if (size <= MOST_SAID) parts.push(bytes)
      else child.kill('SIGKILL')
    })
    child.once('error', () => resolve(new Set()))
    child.once('close', (code) => {
      const names = code === 0 ? Buffer.concat(parts).toString('utf8').split('\0') : []
      resolve(new Set(names.map((name) => name.replace(/\/$/, '')).filter((name) => name !== '')))
    })
  })
}
