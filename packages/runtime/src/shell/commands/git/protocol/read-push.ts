import type { PushContents } from '../../../../core/gate/push'
import { textOf } from '../../../text'
import { GitError } from '../git-error'
import { BadStream, inflateAt } from '../inflate'
import {
  MODE_COMMIT,
  MODE_TREE,
  parseCommit,
  parseTag,
  parseTree,
  personText,
  treeBytes,
  type Commit,
  type Person,
  type TreeEntry,
} from '../objects'
import { NULL_OID, oidOf } from '../oid'
import { headerAt, makePack, TYPES, type RawObject } from '../pack-file'
import { quotePath } from '../quote-path'
import { shown } from './pkt-line'

/** Beyond these nobody reads what would be sent. */
const MOST_BYTES = 8_000_000
const MOST_OBJECTS = 2000
const MOST_LINES = 300
const MOST_LETTERS = 60_000
/** Ways through its folders. */
const MOST_PLACES = 20_000

/**
 * Reads the body of a push that git here made: what it changes, and every object that it brings, unpacked. Undefined for one with more than
 * a person reads, and for bytes that git here would not have sent for these very objects: nothing can stand between them unseen.
 */
export function readPush(body: Uint8Array): PushContents | undefined {
  try {
    const head = readHead(body)
    const objects = head && readPack(body.subarray(head.end))
    if (!head || !objects) return undefined
    const read = { ...head.told, ...contentsOf(objects), objects: objects.size }
    const more = [...head.told.more, ...read.more]
    const lists = [read.refs, read.commits, read.files, more]
    if (lists.some(({ length }) => length > MOST_LINES) || lists.flat().join('').length > MOST_LETTERS) return undefined
    const parts = [body.subarray(0, head.end), ...[...objects.values()].map(({ bytes }) => bytes)]
    return { ...read, more, bytes: sizeOf(objects), text: parts.map(latin).join('\n') }
  } catch (thrown) {
    if (thrown instanceof BadStream || thrown instanceof GitError || thrown instanceof RangeError) return undefined
    throw thrown
  }
}

interface Head {
  readonly told: Pick<PushContents, 'refs' | 'more'>
  /** Where the pack begins. */
  readonly end: number
}

const REF = /^([0-9a-f]{40}) ([0-9a-f]{40}) (refs\/[^\0\n]{1,500})$/
const ABILITIES =
  /^ report-status(?: side-band-64k)?(?: object-format=sha1)?(?: quiet)?(?: atomic)?( push-options)? agent=git\/2\.39\.5-Tabwright$/

/** The lines in front of the pack. */
function readHead(body: Uint8Array): Head | undefined {
  const { lines, at } = packetsAt(body, 0)
  const shallow = lines.filter((line) => /^shallow [0-9a-f]{40}$/.test(line))
  const [first = '', ...others] = lines.slice(shallow.length)
  const [command, abilities = ''] = first.split('\0')
  const known = ABILITIES.exec(abilities)
  const commands = [command ?? '', ...others].map((line) => REF.exec(line))
  if (!known || first.split('\0').length !== 2) return undefined
  const refs = commands.flatMap((one) => (one ? [refLine(one)] : []))
  if (refs.length !== commands.length || shallow.some((line, i) => lines[i] !== line)) return undefined
  const options = known[1] === undefined ? { lines: [], at } : packetsAt(body, at)
  return { told: { refs, more: [...shallow, ...options.lines.map((option) => `push option ${said(option)}`)] }, end: options.at }
}

function packetsAt(body: Uint8Array, from: number): { readonly lines: readonly string[]; readonly at: number } {
  const lines: string[] = []
  for (let at = from; ;) {
    const digits = textOf(body.subarray(at, at + 4))
    const length = /^[0-9a-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1
    if (length === 0) return { lines, at: at + 4 }
    if (length < 4 || at + length > body.length || lines.length > MOST_LINES) throw new BadStream('no packets')
    lines.push(textOf(body.subarray(at + 4, at + length)))
    at += length
  }
}

function refLine([, old = '', fresh = '', ref = '']: RegExpExecArray): string {
  if (fresh === NULL_OID) return `${said(ref)} is deleted (was ${old})`
  return old === NULL_OID ? `${said(ref)} is new: ${fresh}` : `${said(ref)}: ${old} to ${fresh}`
}

/** Whole objects alone, as git here packs them. */
function readPack(pack: Uint8Array): ReadonlyMap<string, RawObject> | undefined {
  const objects = new Map<string, RawObject>()
  // Nothing but deleted refs.
  if (pack.length === 0) return objects
  if (pack.length < 32) return undefined
  const count = new DataView(pack.buffer, pack.byteOffset, pack.byteLength).getUint32(8)
  if (count > MOST_OBJECTS) return undefined
  let at = 12
  let left = MOST_BYTES
  for (let n = 0; n < count; n++) {
    const header = headerAt(pack, at)
    const type = TYPES[header.kind]
    left -= header.size
    if (type === undefined || left < 0) return undefined
    const { bytes, end } = inflateAt(pack, header.at, header.size)
    objects.set(oidOf(type, bytes), { type, bytes })
    at = end
  }
  return isSame(makePack([...objects]).pack, pack) ? objects : undefined
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

function contentsOf(objects: ReadonlyMap<string, RawObject>): Pick<PushContents, 'commits' | 'files' | 'more'> {
  const commits: string[] = []
  const more: string[] = []
  const trees = new Set<string>()
  for (const [oid, { type, bytes }] of objects) {
    if (type === 'commit') {
      const commit = parseCommit(oid, bytes)
      trees.add(commit.tree)
      commits.push(...commitLines(commit))
    } else if (type === 'tag') {
      const { tag, object, tagger, message } = parseTag(bytes)
      more.push(`tag ${said(tag)} of ${object.slice(0, 7)} (${nameOf(tagger)})`, ...indented(message.split('\n')))
    }
  }
  const { files, seen, names } = filesOf(objects, trees)
  if (names.count > 0) more.push(`names of ${names.count} other files and folders, ${names.bytes} bytes, without their content`)
  const strays = [...objects].filter(([oid, { type }]) => (type === 'blob' || type === 'tree') && !seen.has(oid))
  more.push(...strays.map(([oid, { type, bytes }]) => `a ${type} that no commit names: ${sized(bytes)}, ${oid}`))
  return { commits, files, more }
}

const USUAL_HEADER = /^(?:tree|parent) [0-9a-f]{40}$/

/** All that a commit says: who, the whole message, and headers that git here does not write. */
function commitLines({ oid, author, committer, message, raw }: Commit): readonly string[] {
  const head = raw.slice(0, raw.indexOf('\n\n')).split('\n')
  const known = new Set([`author ${personText(author)}`, `committer ${personText(committer)}`])
  const odd = head.filter((line) => !USUAL_HEADER.test(line) && !known.has(line))
  const by = nameOf(author) === nameOf(committer) ? '' : `, committed by ${nameOf(committer)}`
  const [subject = '', ...body] = message.trim().split('\n')
  return [`${oid.slice(0, 7)} ${said(subject)} (${nameOf(author)}${by})`, ...indented([...odd, ...body])]
}

function nameOf(person: Person | undefined): string {
  return person === undefined ? 'nobody' : `${said(person.name)} <${said(person.email)}>`
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.trim() !== '').map((line) => `  ${said(line)}`)
}

interface Filed {
  readonly files: readonly string[]
  /** Objects that some commit names. */
  readonly seen: ReadonlySet<string>
  /** Of what is not sent: only that it is there is said. */
  readonly names: { readonly count: number; readonly bytes: number }
}

/** Every place at which the content of a file that is sent stands, with its size. */
function filesOf(objects: ReadonlyMap<string, RawObject>, trees: ReadonlySet<string>): Filed {
  const files = new Set<string>()
  const others = new Set<string>()
  const seen = new Set<string>()
  const visited = new Set<string>()
  const rest = [...trees].map((oid) => ({ oid, prefix: '' }))
  for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
    const object = objects.get(one.oid)
    const key = `${one.oid} ${one.prefix}`
    if (object?.type !== 'tree' || visited.has(key)) continue
    visited.add(key)
    seen.add(one.oid)
    if (visited.size > MOST_PLACES || files.size > MOST_LINES) throw new BadStream('more than a person reads')
    for (const entry of entriesOf(object.bytes)) {
      const path = one.prefix + entry.name
      const sent = objects.get(entry.oid)
      if (entry.mode === MODE_COMMIT) files.add(`${quotePath(path)}, commit ${entry.oid} of another repository`)
      else if (sent === undefined) others.add(path)
      else if (entry.mode === MODE_TREE) rest.push({ oid: entry.oid, prefix: `${path}/` })
      else {
        seen.add(entry.oid)
        files.add(`${quotePath(path)}, ${sized(sent.bytes)}`)
      }
    }
  }
  return { files: [...files].toSorted(), seen, names: { count: others.size, bytes: [...others].join('').length } }
}

/** @throws BadStream for a folder that git here would have written otherwise: what is odd in it could say something */
function entriesOf(bytes: Uint8Array): readonly TreeEntry[] {
  const entries = parseTree(bytes)
  if (!isSame(treeBytes(entries), bytes)) throw new BadStream('a folder of another form')
  return entries
}

/** One line, whatever stands in it. */
function said(text: string): string {
  return shown(text).replaceAll(/[\t\n]/g, '?')
}

function sized(bytes: Uint8Array): string {
  if (bytes.includes(0)) return `${bytes.length} bytes, no text`
  const lines = bytes.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0)
  return `${lines} ${lines === 1 ? 'line' : 'lines'}, ${bytes.length} bytes`
}

function sizeOf(objects: ReadonlyMap<string, RawObject>): number {
  return [...objects.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
}

function latin(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}
