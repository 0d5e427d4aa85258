import { globMatcher } from '../../../language/glob'
import { FsError } from '../../../tree/fs-error'
import { errnoText } from '../../../tree/errno-text'
import { textOf } from '../../../text'
import type { Command } from '../../command'
import { zoneOf } from '../../dates/zones'
import { lookFor } from '../../files/look'
import { LatinOutput } from '../../text/latin-output'
import { hex, infoLine, infoTotals, listing } from './zip-list'
import { readZip, unixMode, type ZipArchive, type ZipEntry } from './zip-format'
import { Overwriting, say, type Unzip } from './unzip-ask'
import { Usage, unzipWords } from './unzip-options'
import { BadMember, dataOf, safeName, UnzipWriter } from './unzip-take'

interface Opened {
  readonly name: string
  readonly bytes: Uint8Array
  readonly archive: ZipArchive
}

const USAGE = `UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.

Usage: unzip [-Z] [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]
  Default action is to extract files in list, except those in xlist, to exdir;
  -l  list files (short format)    -v  list verbosely      -t  test
  -p  extract to pipe              -c  extract to stdout   -z  comment only
  -f  freshen existing files       -u  update files        -n  never overwrite
  -o  overwrite without asking     -j  junk paths          -q  quiet mode
  -C  match names in any case      -L  lowercase names     -x  exclude members
  -d  extract into a folder        -Z  ZipInfo mode
`

const isReadable = (type: string | undefined): boolean => type === 'file' || type === 'pipe' || type === 'device'

async function open(run: Unzip, program: string): Promise<Opened | undefined> {
  const { call, words } = run
  const given = words.archive ?? ''
  // Where nothing is unpacked, what is wrong is part of the answer.
  const isAside = program === 'zipinfo' || run.has('Z') || run.has('t')
  const tell = (text: string): Promise<void> => (isAside ? Promise.resolve(run.out.putText(text)) : say(run, text))
  const name = [given, `${given}.zip`, `${given}.ZIP`].find((one) => isReadable(lookFor(call, one)?.type))
  if (name === undefined) {
    await tell(`${program}:  cannot find or open ${given}, ${given}.zip or ${given}.ZIP.\n`)
    run.code = 9
    return undefined
  }
  const node = lookFor(call, name)?.node
  const bytes = node?.type === 'file' ? node.bytes : new Uint8Array()
  const archive = readZip(bytes, run.zone)
  if (archive !== undefined) return { name, bytes, archive }
  if (program === 'unzip' && !run.has('p') && run.quiet < 1) run.out.putText(`Archive:  ${name}\n`)
  const title = program === 'zipinfo' ? `[${name}]\n` : ''
  await tell(
    `${title}  End-of-central-directory signature not found.  Either this file is not\n  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n  latter case the central directory and zipfile comment will be found on\n  the last disk(s) of this archive.\n${program}:  cannot find zipfile directory in one of ${given} or\n        ${given}.zip, and cannot find ${given}.ZIP, period.\n`,
  )
  run.code = 9
  return undefined
}

/** The members that are meant; which names of the command line matched none. */
function chosen(
  run: Unzip,
  entries: readonly ZipEntry[],
): { readonly entries: readonly ZipEntry[]; readonly unmatched: readonly string[] } {
  const { members, excluded } = run.words
  const how = { extglob: false, nocase: run.has('C') }
  const wanted = members.map((pattern) => ({ pattern, glob: globMatcher(pattern, how), count: 0 }))
  const without = excluded.map((pattern) => globMatcher(pattern, how))
  const found = entries.filter(({ name }) => {
    const match = wanted.find(({ glob }) => glob.matches(name))
    if (match !== undefined) match.count += 1
    if (wanted.length > 0 && match === undefined) return false
    return !without.some((glob) => glob.matches(name))
  })
  return { entries: found, unmatched: wanted.filter(({ count }) => count === 0).map(({ pattern }) => pattern) }
}

async function caution(run: Unzip, names: readonly string[]): Promise<void> {
  for (const name of names) await say(run, `caution: filename not matched:  ${name}\n`)
}

async function list(run: Unzip, { name, archive }: Opened): Promise<void> {
  const { entries } = chosen(run, archive.entries)
  if (run.quiet < 1) head(run, name, archive)
  if (archive.entries.length === 0) return empty(run, name)
  const isLong = run.has('v')
  run.out.putText(listing(entries, { zone: run.zone, isLong, quiet: run.quiet }))
  if (entries.length > 0) return undefined
  await caution(run, run.words.members)
  run.code = 11
  return undefined
}

function head({ out }: Unzip, name: string, { comment }: ZipArchive): void {
  out.putText(`Archive:  ${name}\n`)
  if (comment !== '') out.putText(`${comment.replace(/\n$/, '')}\n`)
}

async function empty(run: Unzip, name: string): Promise<void> {
  await say(run, `warning [${name}]:  zipfile is empty\n`)
  run.code = 1
}

/** `unzip -Z` and `zipinfo`. */
async function info(run: Unzip, { name, bytes, archive }: Opened): Promise<void> {
  const { entries } = chosen(run, archive.entries)
  const { out, words } = run
  const isOne = run.has('1')
  const isTwo = run.has('2')
  const isPicked = words.members.length > 0 || words.excluded.length > 0
  const isShort = !run.has('m') && !run.has('l')
  const hasList = !((run.has('h') || run.has('t') || run.has('z')) && isShort && !run.has('s'))
  const hasHead = !isOne && (run.has('h') || (!isPicked && !isTwo && !(run.has('t') && !hasList) && !(run.has('z') && !hasList)))
  if (hasHead) {
    out.putText(`Archive:  ${name}\n`)
    if (archive.comment !== '' && run.has('z')) out.putText(`${archive.comment}\n`)
    out.putText(`Zip file size: ${bytes.length} bytes, number of entries: ${archive.entries.length}\n`)
  }
  if (archive.entries.length === 0) {
    out.putText('Empty zipfile.\n')
    run.code = 1
    return
  }
  const packed = run.has('m') ? 'share' : run.has('l') ? 'size' : undefined
  for (const entry of entries) {
    if (isOne || isTwo) out.putText(`${entry.name}\n`)
    else if (hasList) out.putText(infoLine(entry, run.zone, packed))
    await out.settle()
  }
  const hasFoot = !isOne && (run.has('t') || (!isPicked && !isTwo && hasList))
  if (hasFoot) out.putText(infoTotals(entries))
  if (isPicked && entries.length === 0) run.code = 11
}

async function test(run: Unzip, { name, bytes, archive }: Opened): Promise<void> {
  const { entries, unmatched } = chosen(run, archive.entries)
  if (run.quiet < 1) head(run, name, archive)
  if (archive.entries.length === 0) return empty(run, name)
  let bad = 0
  for (const entry of entries) {
    run.call.tick()
    const label = `${entry.name.padEnd(22)} `
    if (run.quiet < 1) run.out.putText(`    testing: ${label} `)
    const flaw = await flawOf(run, entry, bytes)
    if (flaw === undefined) {
      if (run.quiet < 1) run.out.putText(' OK\n')
      continue
    }
    bad += 1
    run.code = Math.max(run.code, flaw.code)
    run.out.putText(`${run.quiet < 1 ? '' : label} ${flaw.message}\n`)
  }
  for (const one of unmatched) run.out.putText(`caution: filename not matched:  ${one}\n`)
  if (unmatched.length > 0) run.code = 11
  const isBad = bad > 0 || unmatched.length > 0
  if (run.quiet > 1 && !isBad) return
  const isAll = run.words.members.length === 0 && run.words.excluded.length === 0
  if (isBad) run.out.putText(`At least one error was detected in ${name}.\n`)
  else if (isAll) run.out.putText(`No errors detected in compressed data of ${name}.\n`)
  else run.out.putText(`No errors detected in ${name} for the ${entries.length} file${entries.length === 1 ? '' : 's'} tested.\n`)
}

/** What is wrong with a member. */
async function flawOf(run: Unzip, entry: ZipEntry, bytes: Uint8Array): Promise<BadMember | undefined> {
  try {
    const { crc } = await dataOf(run.call, bytes, entry)
    return crc === entry.crc ? undefined : new BadMember(`bad CRC ${hex(crc)}  (should be ${hex(entry.crc)})`, 2)
  } catch (thrown) {
    if (thrown instanceof BadMember) return thrown
    throw thrown
  }
}

/** Members written one after the other: `-p` bare, `-c` with their names. */
async function show(run: Unzip, { name, bytes, archive }: Opened): Promise<void> {
  const { entries, unmatched } = chosen(run, archive.entries)
  const isNamed = run.has('c')
  if (isNamed && run.quiet < 1) head(run, name, archive)
  for (const entry of entries) {
    run.call.tick()
    if (!isNamed && entry.name.endsWith('/')) continue
    const label = `${entry.method === 0 ? ' extracting' : '  inflating'}: ${entry.name.padEnd(22)}  \n`
    if (isNamed && run.quiet < 1) run.out.putText(label)
    await run.out.flush()
    const data = await had(run, entry, bytes)
    if (data !== undefined) await run.call.stdout.write(data)
    if (isNamed && run.quiet < 1) run.out.putText('\n')
  }
  await caution(run, unmatched)
  if (unmatched.length > 0) run.code = 11
}

/** The data of a member; what is wrong is told. */
async function had(run: Unzip, entry: ZipEntry, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const data = await dataOf(run.call, bytes, entry)
    if (data.crc !== entry.crc) {
      await say(run, `${run.has('p') ? `${entry.name.padEnd(22)} ` : ''} bad CRC ${hex(data.crc)}  (should be ${hex(entry.crc)})\n`)
      run.damaged.add(entry)
      run.code = Math.max(run.code, 2)
    }
    return data.bytes
  } catch (thrown) {
    if (!(thrown instanceof BadMember)) throw thrown
    await say(run, thrown.code > 80 ? `   skipping: ${entry.name.padEnd(22)}  ${thrown.message}\n` : `${entry.name}:  ${thrown.message}\n`)
    run.code = Math.max(run.code, thrown.code)
    return undefined
  }
}

async function extract(run: Unzip, { name, bytes, archive }: Opened): Promise<void> {
  const { call, words } = run
  const { entries, unmatched } = chosen(run, archive.entries)
  if (run.quiet < 1) head(run, name, archive)
  if (archive.entries.length === 0) return empty(run, name)
  const folder = words.folder?.replace(/(?<=.)\/+$/, '')
  if (folder !== undefined && !(await hasFolder(run, folder))) return undefined
  const writer = new UnzipWriter(call)
  const overwriting = new Overwriting(run)
  for (const entry of entries) {
    call.tick()
    const { name: target, warnings } = safeName(entry, { folder, isJunked: run.has('j'), isLower: run.has('L') })
    for (const warning of warnings) {
      if (warning.includes('skipped')) run.out.putText(`${warning}\n`)
      else await say(run, `${warning}\n`)
    }
    if (warnings.length > 0) run.code = Math.max(run.code, 1)
    if (target === '' || (run.has('j') && entry.name.endsWith('/'))) continue
    if (!(await put(run, { entry, target, bytes, writer, overwriting }))) break
  }
  if (writer.links.length > 0) {
    run.out.putText(run.quiet < 1 ? 'finishing deferred symbolic links:\n' : '')
    for (const { name: link, target } of writer.links) if (run.quiet < 1) run.out.putText(`  ${link.padEnd(22)} -> ${target}\n`)
  }
  for (const failed of writer.finish()) await say(run, `  ${failed}\n`)
  await caution(run, unmatched)
  if (unmatched.length > 0) run.code = Math.max(run.code, 11)
  return undefined
}

async function hasFolder(run: Unzip, folder: string): Promise<boolean> {
  if (lookFor(run.call, folder)?.type === 'folder') return true
  try {
    run.call.system.tree.mkdir(run.call.at(folder))
    return true
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await say(run, `checkdir:  cannot create extraction directory: ${folder}\n           ${errnoText(thrown)}\n`)
    run.code = 2
    return false
  }
}

interface Put {
  readonly entry: ZipEntry
  readonly target: string
  readonly bytes: Uint8Array
  readonly writer: UnzipWriter
  readonly overwriting: Overwriting
}

/** Puts one member into its place. False: nothing more can be. */
async function put(run: Unzip, { entry, target, bytes, writer, overwriting }: Put): Promise<boolean> {
  const isFresh = run.has('f')
  try {
    if (unixMode(entry).kind === 'folder') {
      if (isFresh && lookFor(run.call, target) === undefined) return true
      if (writer.folder(entry, target) && run.quiet < 1) run.out.putText(`   creating: ${target.replace(/\/+$/, '')}/\n`)
      return true
    }
    const there = lookFor(run.call, target, false)
    if (there === undefined && isFresh) return true
    if (there !== undefined && (isFresh || run.has('u')) && there.mtime >= entry.mtime) return true
    const name = there === undefined ? target : await overwriting.nameFor(target)
    if (name === undefined || name === '') return true
    if (there?.type === 'folder') throw new FsError('EISDIR', 'open', target)
    const label = unixMode(entry).kind === 'link' ? '    linking' : entry.method === 0 ? ' extracting' : '  inflating'
    if (run.quiet < 1) run.out.putText(`${label}: ${name.padEnd(22)}  `)
    const data = await had(run, entry, bytes)
    if (data === undefined) return true
    writer.file(entry, name, data)
    const link = unixMode(entry).kind === 'link' ? `-> ${textOf(data)} ` : ''
    // Behind a member that is damaged, the line goes on with what is wrong.
    if (run.quiet < 1) run.out.putText(`${link}${run.damaged.has(entry) ? '' : '\n'}`)
    await run.out.settle()
    return true
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    const isFull = thrown.code === 'ENOSPC' || thrown.code === 'EFBIG'
    if (isFull) await say(run, `\n${target}:  write error (${errnoText(thrown)}).  Nothing more is extracted.\n`)
    else await say(run, `error:  cannot create ${target}\n        ${errnoText(thrown)}\n`)
    run.code = 50
    return !isFull
  }
}

async function main(run: Unzip, program: string): Promise<void> {
  if (run.words.archive === undefined) {
    if (run.has('v') && program === 'unzip') run.out.putText('UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP. (Tabwright)\n')
    else run.out.putText(USAGE)
    return
  }
  const opened = await open(run, program)
  if (opened === undefined) return undefined
  if (run.has('Z') || program === 'zipinfo') return info(run, opened)
  if (run.has('z')) return head(run, opened.name, opened.archive)
  if (run.has('p') || run.has('c')) return show(run, opened)
  if (run.has('t')) return test(run, opened)
  if (run.has('l') || run.has('v')) return list(run, opened)
  return extract(run, opened)
}

function unzipAs(program: 'unzip' | 'zipinfo', summary: string): Command {
  return {
    name: program,
    summary,
    run: async (call) => {
      const out = new LatinOutput(call.stdout)
      try {
        const words = unzipWords(call.args)
        const run: Unzip = {
          call,
          out,
          words,
          zone: zoneOf(call.env.get('TZ')),
          quiet: words.letters.filter((letter) => letter === 'q').length,
          damaged: new Set(),
          has: (letter) => words.letters.includes(letter),
          code: 0,
        }
        await main(run, program)
        await out.flush()
        return run.code
      } catch (thrown) {
        await out.flush()
        if (!(thrown instanceof Usage)) throw thrown
        await call.stderr.write(USAGE)
        return thrown.code
      }
    },
  }
}

/** Unpacks zip archives. */
export const unzipCommand: Command = unzipAs('unzip', 'lists, tests and unpacks zip archives')
/** Tells of zip archives. */
export const zipinfoCommand: Command = unzipAs('zipinfo', 'tells in detail what is in a zip archive')
