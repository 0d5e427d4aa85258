import { bytesOf, joined, textOf } from '../../text'
import { byteOrder, fromHex, toHex } from './oid'

/** Who did something and when. */
export interface Person {
  readonly name: string
  readonly email: string
  /** Seconds since 1970. */
  readonly time: number
  /** `+0200`. */
  readonly zone: string
}

/** A commit as it is written down. */
export interface CommitData {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Person
  readonly committer: Person
  /** As it stands, with its last newline. */
  readonly message: string
}

export interface Commit extends CommitData {
  readonly oid: string
  /** All of it as text. */
  readonly raw: string
}

export interface Tag {
  readonly object: string
  readonly type: string
  readonly tag: string
  readonly tagger: Person | undefined
  readonly message: string
}

/** One line of a tree. */
export interface TreeEntry {
  /** Type and permissions, such as 0o100644. */
  readonly mode: number
  readonly name: string
  readonly oid: string
}

export const MODE_TREE = 0o40000
export const MODE_FILE = 0o100644
export const MODE_EXEC = 0o100755
export const MODE_LINK = 0o120000
export const MODE_COMMIT = 0o160000

const NOBODY: Person = { name: '', email: '', time: 0, zone: '+0000' }

export function parsePerson(text: string): Person {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d+) ([+-]\d+))?/.exec(text)
  if (match === null) return NOBODY
  return { name: match[1] ?? '', email: match[2] ?? '', time: Number(match[3] ?? 0), zone: match[4] ?? '+0000' }
}

export function personText({ name, email, time, zone }: Person): string {
  return `${name} <${email}> ${time} ${zone}`
}

export function parseCommit(oid: string, bytes: Uint8Array): Commit {
  const raw = textOf(bytes)
  const end = raw.indexOf('\n\n')
  const lines = (end < 0 ? raw : raw.slice(0, end)).split('\n')
  let tree = ''
  const parents: string[] = []
  let author = NOBODY
  let committer = NOBODY
  for (const line of lines) {
    if (line.startsWith('tree ')) tree = line.slice(5)
    else if (line.startsWith('parent ')) parents.push(line.slice(7))
    else if (line.startsWith('author ')) author = parsePerson(line.slice(7))
    else if (line.startsWith('committer ')) committer = parsePerson(line.slice(10))
  }
  return { oid, tree, parents, author, committer, message: end < 0 ? '' : raw.slice(end + 2), raw }
}

export function commitBytes(data: CommitData): Uint8Array {
  const parents = data.parents.map((parent) => `parent ${parent}\n`).join('')
  return bytesOf(
    `tree ${data.tree}\n${parents}author ${personText(data.author)}\ncommitter ${personText(data.committer)}\n\n${data.message}`,
  )
}

export function parseTag(bytes: Uint8Array): Tag {
  const raw = textOf(bytes)
  const end = raw.indexOf('\n\n')
  const head = new Map(
    (end < 0 ? raw : raw.slice(0, end)).split('\n').map((line): [string, string] => {
      const at = line.indexOf(' ')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
  const tagger = head.get('tagger')
  return {
    object: head.get('object') ?? '',
    type: head.get('type') ?? '',
    tag: head.get('tag') ?? '',
    tagger: tagger === undefined ? undefined : parsePerson(tagger),
    message: end < 0 ? '' : raw.slice(end + 2),
  }
}

export function parseTree(bytes: Uint8Array): TreeEntry[] {
  const entries: TreeEntry[] = []
  for (let at = 0; at < bytes.length;) {
    const nul = bytes.indexOf(0, at)
    const text = textOf(bytes.subarray(at, nul))
    const space = text.indexOf(' ')
    entries.push({
      mode: Number.parseInt(text.slice(0, space), 8),
      name: text.slice(space + 1),
      oid: toHex(bytes.subarray(nul + 1, nul + 21)),
    })
    at = nul + 21
  }
  return entries
}

/** In git's order, where a folder sorts as if its name ended in a slash. */
export function treeBytes(entries: readonly TreeEntry[]): Uint8Array {
  const key = ({ mode, name }: TreeEntry): string => (mode === MODE_TREE ? `${name}/` : name)
  return joined(
    entries
      .toSorted((a, b) => byteOrder(key(a), key(b)))
      .flatMap(({ mode, name, oid }) => [bytesOf(`${mode.toString(8)} ${name}\0`), fromHex(oid)]),
  )
}

/** `blob`, `tree` or `commit`, for a mode. */
export function typeOfMode(mode: number): 'blob' | 'tree' | 'commit' {
  if (mode === MODE_TREE) return 'tree'
  return mode === MODE_COMMIT ? 'commit' : 'blob'
}

/** Six octal digits. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(6, '0')
}

/** First paragraph of a message on one line. */
export function subjectOf(message: string): string {
  const lines = message.replace(/^\n+/, '').split('\n')
  const end = lines.findIndex((line) => line.trim() === '')
  return (end < 0 ? lines : lines.slice(0, end)).map((line) => line.trimEnd()).join(' ')
}

/** What follows the first paragraph. */
export function bodyOf(message: string): string {
  const text = message.replace(/^\n+/, '')
  const match = /\n[ \t]*\n/.exec(text)
  return match === null ? '' : text.slice(match.index + match[0].length).replace(/^\n+/, '')
}
