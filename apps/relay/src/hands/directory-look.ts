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
import { EngineError } from '../engine/built-in'
import type { Confinement } from './confinement'
import { FOLDER } from './folder-path'
import { codeOf, FOLDER_FLAGS, openedPath } from './open-folder'
import { hooksThere } from './hooks-there'
import { killGroup } from './shell-run'

/** What a directory holds at a moment, but for what stays there. */
export interface Looked {
  readonly entries: readonly DirectoryEntry[]
  /** What stays there, with all that is below it. */
  readonly left: readonly string[]
  readonly tooMuch: string | undefined
  /** Files that git runs there by itself. */
  /** Undefined: cannot be told. */
  readonly hooks: readonly string[] | undefined
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
  return { entries, left, tooMuch, hooks: hooksThere(root) }
}

const ASKED = 'ls-files --others --ignored --exclude-standard --directory -z'.split(' ')
/** Git fetches nothing for this, whatever the repository says, and asks nobody. Its words are English. */
const GIT_ENV = { GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
const GIT_MS = 10_000
const MOST_WORDS = 4096
const MOST_SAID = 16 * 1024 * 1024

/** Where nothing confines it, git decides as ever whose repositories it reads: settings of another user's start what they like. */
const gitFor = ({ isConfined, before }: Confinement): readonly string[] => [
  ...before(FOLDER),
  'git',
  '-c',
  'core.fsmonitor=false',
  ...(isConfined ? ['-c', 'safe.directory=*'] : []),
  ...ASKED,
]

/**
 * What git leaves out of a repository. Asked where commands run and not out here: what a repository's settings start is no business of ours.
 * Nothing is left out where git is not there or does not know.
 * @throws EngineError where git knows and does not tell: what it leaves out would be told with the rest
 */
async function ignoredByGit(root: string, confinement: Confinement): Promise<ReadonlySet<string>> {
  if (!existsSync(join(root, '.git'))) return new Set()
  const { code, said, words } = await gitSays(root, confinement)
  if (code === null)
    throw new EngineError('git_failed', 'git did not tell what it leaves out of the repository, or too much; it was ended.')
  if (words.includes('dubious ownership'))
    throw new EngineError(
      'git_failed',
      'git does not read the repository, because it is another user\u2019s. Whoever offers the directory can allow it: git config --global --add safe.directory with its path.',
    )
  const names = code === 0 ? said.split('\0') : []
  return new Set(names.map((name) => name.replace(/\/$/, '')).filter((name) => name !== ''))
}

interface GitSaid {
  /** Null: it was ended. */
  readonly code: number | null
  readonly said: string
  readonly words: string
}

function gitSays(root: string, confinement: Confinement): Promise<GitSaid> {
  const [program = '', ...args] = gitFor(confinement)
  return new Promise((resolve) => {
    const env = { ...confinement.env, ...GIT_ENV }
    // A group of its own, so that what it started ends with it.
    const child = spawn(program, args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    let size = 0
    let words = ''
    const end = (code: number | null): void => {
      clearTimeout(timer)
      resolve({ code, said: Buffer.concat(parts).toString('utf8'), words })
    }
    const cut = (): void => {
      killGroup(child)
      end(null)
    }
    const timer = setTimeout(cut, GIT_MS)
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length
      if (size <= MOST_SAID) parts.push(bytes)
      else cut()
    })
    child.stderr.on('data', (bytes: Buffer) => (words = (words + String(bytes)).slice(0, MOST_WORDS)))
    child.once('error', () => end(127))
    child.once('close', end)
  })
}
