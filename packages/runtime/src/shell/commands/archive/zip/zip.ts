import { globMatcher } from '../../../language/glob'
import { errnoText } from '../../../tree/errno-text'
import { FsError } from '../../../tree/fs-error'
import { readAll, readText } from '../../../streams/stream'
import { bytesOf } from '../../../text'
import { CommandError, type Call, type Command } from '../../command'
import { zoneOf } from '../../dates/zones'
import { folderName, lookFor, type Look } from '../../files/look'
import { LatinOutput } from '../../text/latin-output'
import { Gathering, say, ZipError, type Found, type Zip } from './zip-gather'
import { ratio } from './zip-list'
import { centralHead, localHead, packedBytes, readZip, zipEnd, type ZipEntry } from './zip-format'
import { zipWords, type ZipWords } from './zip-options'
import { packData } from './zip-pack'

/** A member of the archive that is made: one that was there, or one that is packed. */
type Member = { readonly type: 'old'; readonly entry: ZipEntry } | { readonly type: 'new'; readonly name: string; readonly path: string; readonly look: Look | undefined; readonly isThere: boolean } // prettier-ignore

function openZip(call: Call, words: ZipWords, out: LatinOutput): Zip {
  const given = words.archive ?? '-'
  const isPiped = given === '-' || words.output === '-'
  const path = given === '-' || given.slice(given.lastIndexOf('/') + 1).includes('.') ? given : `${given}.zip`
  const zone = zoneOf(call.env.get('TZ'))
  const node = given === '-' ? undefined : lookFor(call, path)?.node
  const bytes = node?.type === 'file' ? node.bytes : new Uint8Array()
  const archive = bytes.length === 0 ? undefined : readZip(bytes, zone)
  if (bytes.length > 0 && archive === undefined) throw new ZipError(`Zip file structure invalid (${path})`, 3)
  return {
    call,
    words,
    zone,
    out,
    isPiped,
    path,
    old: archive?.entries ?? [],
    oldBytes: bytes,
    comment: archive?.comment ?? '',
    code: 0,
    has: (flag) => words.flags.has(flag),
  }
}

async function namesOf({ words, call, has }: Zip): Promise<readonly string[]> {
  if (!has('@')) return words.names
  const text = await readText(call.stdin)
  return [
    ...words.names,
    ...text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ]
}

/** What the archive is to hold. */
function membersOf(zip: Zip, found: ReadonlyMap<string, Found>): readonly Member[] {
  const members: Member[] = []
  for (const entry of zip.old) {
    const now = found.get(entry.name)
    const isKept = now === undefined ? !zip.has('FS') : isCurrent(zip, entry, now)
    if (isKept) members.push({ type: 'old', entry })
    else if (now !== undefined) members.push({ type: 'new', ...now, isThere: true })
  }
  if (zip.has('f')) return members
  const names = new Set(zip.old.map(({ name }) => name))
  for (const one of found.values()) if (!names.has(one.name)) members.push({ type: 'new', ...one, isThere: false })
  return members
}

/** Whether what is in the archive already is not older: `-u`, `-f`, `-FS`. */
function isCurrent(zip: Zip, entry: ZipEntry, { look }: Found): boolean {
  if (look === undefined) return false
  const [own, other] = [Math.floor(look.mtime / 1000), Math.floor(entry.mtime / 1000)]
  if (zip.has('FS')) return own === other && (look.type === 'folder' || look.size === entry.size)
  return (zip.has('u') || zip.has('f')) && own <= other
}

function externalOf({ type, mode }: Look): number {
  const kind = type === 'folder' ? 0o040000 : type === 'link' ? 0o120000 : 0o100000
  return (((kind | mode) << 16) | (type === 'folder' ? 0x10 : 0) | ((mode & 0o200) === 0 ? 1 : 0)) >>> 0
}

async function bytesOfMember({ call }: Zip, path: string, look: Look | undefined): Promise<Uint8Array> {
  if (look === undefined) return readAll(call.stdin)
  if (look.type === 'link') return bytesOf(look.target ?? '')
  if (look.type === 'folder') return new Uint8Array()
  call.open(path).close()
  return look.node?.type === 'file' ? look.node.bytes : readAll(call.open(path))
}

interface Written {
  readonly parts: Uint8Array[]
  readonly entries: ZipEntry[]
  offset: number
}

function levelFlags(level: number): number {
  return level >= 8 ? 2 : level <= 2 ? 4 : 0
}

async function packMember(zip: Zip, written: Written, member: Extract<Member, { type: 'new' }>): Promise<void> {
  const { call, words } = zip
  const { look, name } = member
  const bytes = await bytesOfMember(zip, member.path, look)
  const isStored = look?.type === 'link' || words.stored.some((suffix) => suffix !== '' && name.endsWith(suffix)) || words.level === 0
  const data = packData(bytes, isStored ? 0 : words.level, () => call.tick())
  const entry: ZipEntry = {
    name,
    madeBy: 0x031e,
    flags: data.method === 8 ? levelFlags(words.level) : 0,
    method: data.method,
    mtime: look?.mtime ?? call.system.clock.now(),
    crc: data.crc,
    packed: data.bytes.length,
    size: bytes.length,
    internal: data.isText && look?.type !== 'link' ? 1 : 0,
    external: look === undefined ? 0o010600 * 65_536 : externalOf(look),
    offset: written.offset,
    hasExtra: !zip.has('X'),
    comment: '',
  }
  const head = localHead(entry, { zone: zip.zone, isBare: zip.has('X') })
  written.parts.push(head, data.bytes)
  written.offset += head.length + data.bytes.length
  written.entries.push(entry)
  if (zip.has('q')) return
  const tenths = ratio(bytes.length, data.bytes.length)
  const share = `${Math.trunc((tenths + (tenths < 0 ? -5 : 5)) / 10)}%`
  const sizes = zip.has('v') ? `\t(in=${bytes.length}) (out=${data.bytes.length})` : ''
  await say(
    zip,
    `${member.isThere ? (zip.has('f') ? 'freshening' : 'updating') : '  adding'}: ${name}${sizes} (${data.method === 8 ? 'deflated' : 'stored'} ${share})\n`,
  )
}

function copyMember(zip: Zip, written: Written, entry: ZipEntry): void {
  const packed = packedBytes(zip.oldBytes, entry)
  if (packed === undefined) throw new ZipError(`Zip file structure invalid (${zip.path})`, 3)
  const moved = { ...entry, offset: written.offset }
  const head = localHead(moved, { zone: zip.zone, isBare: !entry.hasExtra })
  written.parts.push(head, packed)
  written.offset += head.length + packed.length
  written.entries.push(moved)
}

/** Writes the archive, all of it at the end: until then the old one stays. */
async function write(zip: Zip, written: Written): Promise<void> {
  const { call, words, comment } = zip
  const start = written.offset
  for (const entry of written.entries) {
    const head = centralHead(entry, { zone: zip.zone, isBare: !entry.hasExtra })
    written.parts.push(head)
    written.offset += head.length
  }
  written.parts.push(zipEnd({ count: written.entries.length, size: written.offset - start, offset: start, comment }))
  const target = words.output ?? zip.path
  if (target === '-') {
    for (const part of written.parts) if (part.length > 0) await call.stdout.write(part)
    return
  }
  try {
    const output = call.create(target)
    for (const part of written.parts) if (part.length > 0) await output.write(part)
    output.close()
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    if (thrown.syscall === 'write') throw new ZipError(`${errnoText(thrown)} (${target})`, 14)
    await say(zip, `zip I/O error: ${errnoText(thrown)}`)
    throw new ZipError(`Could not create output file (${target})`, 15)
  }
}

async function remove(zip: Zip): Promise<void> {
  const unmatched = zip.words.names.map((name) => `\tzip warning: name not matched: ${name}\n`)
  if (zip.old.length === 0)
    throw new ZipError(`Nothing to do! (${zip.path})`, 12, `\tzip warning: ${zip.path} not found or empty\n${unmatched.join('')}`)
  const globs = zip.words.names.map((pattern) => ({ pattern, glob: globMatcher(pattern, { extglob: false }) }))
  const excluded = zip.words.excluded.map((pattern) => globMatcher(pattern, { extglob: false }))
  const isGone = (name: string): boolean => globs.some(({ glob }) => glob.matches(name)) && !excluded.some((glob) => glob.matches(name))
  for (const { pattern, glob } of globs)
    if (!zip.old.some(({ name }) => glob.matches(name))) await say(zip, `\tzip warning: name not matched: ${pattern}\n`)
  if (!zip.old.some(({ name }) => isGone(name))) throw new ZipError(`Nothing to do! (${zip.path})`, 12)
  const written: Written = { parts: [], entries: [], offset: 0 }
  for (const entry of zip.old) {
    if (!isGone(entry.name)) copyMember(zip, written, entry)
    else if (!zip.has('q')) await say(zip, `deleting: ${entry.name}\n`)
  }
  if (written.entries.length === 0 && !zip.has('q')) await say(zip, '\tzip warning: zip file empty\n')
  await write(zip, written)
}

async function showFiles(zip: Zip, members: readonly Member[]): Promise<void> {
  const isAdding = members.some(({ type }) => type === 'new')
  const shown = isAdding ? members.filter(({ type }) => type === 'new') : members
  const size = shown.reduce(
    (sum, member) => sum + (member.type === 'old' ? member.entry.size : member.look?.type === 'file' ? member.look.size : 0),
    0,
  )
  await say(zip, isAdding ? 'Would Add/Update:\n' : 'Archive contains:\n')
  for (const member of shown) await say(zip, `  ${member.type === 'old' ? member.entry.name : member.name}\n`)
  await say(zip, `Total ${shown.length} entries (${size} bytes)\n`)
}

/** `-m`: what was packed goes, folders where they are empty. */
function moveAway({ call }: Zip, members: readonly Member[]): void {
  for (const member of members.toReversed()) {
    if (member.type === 'old' || member.look === undefined) continue
    const path = call.at(member.path).replace(/(?<=.)\/+$/, '')
    const look = lookFor(call, path, false)
    if (look?.type !== 'folder') call.system.tree.unlink(path)
    else if (look.node?.type === 'folder' && look.node.children.size === 0) call.system.tree.rmdir(path)
  }
}

async function update(zip: Zip): Promise<void> {
  const gathering = new Gathering(zip)
  const given = await namesOf(zip)
  const isFilter = zip.words.archive === undefined
  const names = given.length === 0 && isFilter ? ['-'] : given.length === 0 && zip.has('f') ? zip.old.map(({ name }) => name) : given
  for (const name of names) gathering.add(name)
  for (const name of gathering.unmatched)
    if (!zip.has('f') || given.length > 0) await say(zip, `\tzip warning: name not matched: ${name}\n`)
  const members = membersOf(zip, gathering.found)
  if (zip.has('sf')) return showFiles(zip, members)
  const fresh = members.filter(({ type }) => type === 'new').length
  const isSame = fresh === 0 && members.length === zip.old.length
  if (isSame && zip.has('FS') && zip.old.length > 0) return say(zip, 'Archive is current\n')
  if (isSame) {
    if (gathering.found.size > 0 && (zip.has('u') || zip.has('f'))) throw new Nothing()
    if (zip.has('T') && zip.old.length > 0) return say(zip, `test of ${zip.path} OK\n`)
    if (zip.has('f') && zip.old.length > 0) throw new Nothing()
    throw new ZipError(`Nothing to do! (${zip.path})`, 12)
  }
  await checkTarget(zip)
  const written: Written = { parts: [], entries: [], offset: 0 }
  const kept = new Set(members.flatMap((member) => (member.type === 'old' ? [member.entry.name] : [member.name])))
  for (const { name } of zip.old) if (!kept.has(name) && !zip.has('q')) await say(zip, `deleting: ${name}\n`)
  for (const member of members) await packOrCopy(zip, written, member)
  await write(zip, written)
  if (zip.has('v') && !zip.has('q')) await totals(zip, written.entries)
  if (zip.has('T') && !zip.has('q')) await say(zip, `test of ${zip.path} OK\n`)
  if (zip.has('m')) moveAway(zip, members)
}

/** The archive's folder must be there before anything is packed. */
async function checkTarget(zip: Zip): Promise<void> {
  const target = zip.words.output ?? zip.path
  if (target === '-' || lookFor(zip.call, folderName(target))?.type === 'folder') return
  await say(zip, 'zip I/O error: No such file or directory')
  throw new ZipError(`Could not create output file (${target})`, 15)
}

async function packOrCopy(zip: Zip, written: Written, member: Member): Promise<void> {
  zip.call.tick()
  if (member.type === 'old') return copyMember(zip, written, member.entry)
  try {
    return await packMember(zip, written, member)
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await say(zip, `\tzip warning: could not open for reading: ${member.name}\n`)
    zip.code = 18
    return undefined
  }
}

async function totals(zip: Zip, entries: readonly ZipEntry[]): Promise<void> {
  const size = entries.reduce((sum, entry) => sum + entry.size, 0)
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0)
  await say(zip, `total bytes=${size}, compressed=${packed} -> ${Math.floor((ratio(size, packed) + 5) / 10)}% savings\n`)
}

/** Nothing had to be done, and nothing is said. */
class Nothing extends Error {}

const HELP = `zip (Tabwright) agrees with Info-ZIP zip 3.0. Usage:
zip [-options] [zipfile list] [-xi list]
  -f   freshen: only changed files   -u   update: only changed or new files
  -d   delete entries in zipfile     -m   move into zipfile (delete OS files)
  -r   recurse into directories      -j   junk (don't record) directory names
  -0   store only                    -9   compress better
  -q   quiet operation               -v   verbose operation
  -@   read names from stdin         -D   do not add directory entries
  -x   exclude the following names   -i   include only the following names
  -y   store symbolic links          -X   exclude extra file attributes
  -T   test zipfile integrity        -FS  synchronize with the file system
`

async function main(zip: Zip): Promise<void> {
  if (zip.has('h')) zip.out.putText(HELP)
  else if (zip.has('d')) await remove(zip)
  else await update(zip)
}

/** `-x@file`: patterns are in a file. */
async function withLists(call: Call, words: ZipWords): Promise<ZipWords> {
  const read = async (patterns: readonly string[]): Promise<readonly string[]> => {
    const lists = await Promise.all(
      patterns.map(async (pattern) => {
        if (!pattern.startsWith('@')) return [pattern]
        const text = await readText(call.open(pattern.slice(1)))
        return text.split('\n').filter((line) => line !== '')
      }),
    )
    return lists.flat()
  }
  return { ...words, included: await read(words.included), excluded: await read(words.excluded) }
}

async function run(call: Call): Promise<number> {
  const out = new LatinOutput(call.stdout)
  let isPiped = false
  try {
    const words = await withLists(call, zipWords(call.args))
    if (words.flags.has('v') && words.archive === undefined) {
      await call.stdout.write(HELP)
      return 0
    }
    isPiped = words.archive === undefined || words.archive === '-'
    const zip = openZip(call, words, out)
    await main(zip)
    await out.flush()
    return zip.code
  } catch (thrown) {
    await out.flush()
    if (thrown instanceof Nothing) return 12
    const known = thrown instanceof ZipError || (thrown instanceof CommandError && thrown.code === 16)
    if (!known) throw thrown
    const what = thrown instanceof ZipError ? thrown.message : `Invalid command arguments (${thrown.message})`
    await (isPiped ? call.stderr : call.stdout).write(`${thrown instanceof ZipError ? thrown.warning : ''}\nzip error: ${what}\n`)
    return thrown.code
  }
}

/** Packs files into zip archives. */
export const zipCommand: Command = { name: 'zip', summary: 'packs files into a zip archive', run }
