import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { digestKind, hexDigest, DIGEST_NAMES, type DigestName } from './digests'
import { allRecords, textOfLatin } from './latin'
import { quoteIfNeeded } from './quotes'
import { complain, openOperand, type Tool } from './tool'

/** A digest that a list has of a file. */
interface Listed {
  readonly name: DigestName
  readonly bits: number
  readonly hex: string
  readonly file: string
}

interface Tally {
  good: number
  bad: number
  badLines: number
  unreadable: number
  lines: number
  /** Whether one blank or two stand before the names of this list. */
  blanks: 1 | 2 | undefined
}

const TAGGED = /^(\\?)([A-Za-z0-9]+)(?:-(\d+))? ?\((.*)\) ?= ?([0-9A-Za-z+/=]+)$/
const PLAIN = /^(\\?)([\da-fA-F]+)[ \t](.*)$/

function unescaped(file: string, isEscaped: boolean): string {
  return isEscaped ? file.replace(/\\([\\nr])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\\')) : file
}

/** @param only the one kind that the tool knows; undefined: the kind is named in the line */
function listedIn(record: string, only: DigestName | undefined, tally: Tally): Listed | undefined {
  const line = record.replace(/\r$/, '').replace(/^[ \t]+/, '')
  const [, slash = '', tag, size, file = '', hex = ''] = TAGGED.exec(line) ?? []
  if (tag !== undefined) {
    const name =
      only === undefined ? DIGEST_NAMES.find((one) => digestKind(one).tag === tag) : digestKind(only).tag === tag ? only : undefined
    if (name === undefined) return undefined
    const bits = size === undefined ? digestKind(name).bits : Number(size)
    return hex.length * 4 === bits && /^[\da-f]+$/i.test(hex) ? { name, bits, hex, file: unescaped(file, slash !== '') } : undefined
  }
  const [, mark = '', digits, rest = ''] = PLAIN.exec(line) ?? []
  if (digits === undefined || only === undefined || rest === '') return undefined
  const bits = only === 'blake2b' ? digits.length * 4 : digestKind(only).bits
  if (digits.length * 4 !== bits || bits % 8 !== 0 || bits > 512) return undefined
  const isOneBlank = rest.length === 1 || !/^[ *]/.test(rest) || tally.blanks === 1
  if (isOneBlank && tally.blanks === 2) return undefined
  tally.blanks = isOneBlank ? 1 : 2
  const path = isOneBlank ? rest : rest.slice(1)
  return { name: only, bits, hex: digits, file: unescaped(path, mark !== '') }
}

async function verify(tool: Tool, listed: Listed, tally: Tally): Promise<void> {
  const { call, options, out } = tool
  const isSilent = options.has('status')
  const name = textOfLatin(listed.file)
  const shown = /[\n\r]/.test(name) ? `\\${name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}` : name
  try {
    const hex = await hexDigest(openOperand(tool, name), digestKind(listed.name).make(listed.bits), () => call.tick())
    const isGood = hex === listed.hex.toLowerCase()
    tally[isGood ? 'good' : 'bad'] += 1
    if (!isSilent && !(isGood && options.has('quiet'))) out.putText(`${shown}: ${isGood ? 'OK' : 'FAILED'}\n`)
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    if (thrown.code === 'ENOENT' && options.has('ignore-missing')) return
    await complain(tool, `${quoteIfNeeded(name)}: ${errnoText(thrown)}`)
    tally.unreadable += 1
    if (!isSilent) out.putText(`${shown}: FAILED open or read\n`)
  }
}

async function checkList(tool: Tool, operand: string, only: DigestName | undefined): Promise<boolean> {
  const { options } = tool
  const shown = quoteIfNeeded(operand === '-' ? 'standard input' : operand)
  const tally: Tally = { good: 0, bad: 0, badLines: 0, unreadable: 0, lines: 0, blanks: undefined }
  const { records } = await allRecords(openOperand(tool, operand))
  for (const [at, record] of records.entries()) {
    if (record.startsWith('#')) continue
    const listed = listedIn(record, only, tally)
    if (listed === undefined) {
      tally.badLines += 1
      const kind = only === undefined ? '' : `${digestKind(only).tag} `
      if (options.has('warn')) await complain(tool, `${shown}: ${at + 1}: improperly formatted ${kind}checksum line`)
      continue
    }
    tally.lines += 1
    await verify(tool, listed, tally)
  }
  await summary(tool, shown, tally)
  if (tally.lines === 0) return false
  return (
    tally.bad === 0 &&
    tally.unreadable === 0 &&
    !(options.has('strict') && tally.badLines > 0) &&
    !(options.has('ignore-missing') && tally.good === 0)
  )
}

async function summary(tool: Tool, shown: string, tally: Tally): Promise<void> {
  if (tally.lines === 0) return complain(tool, `${shown}: no properly formatted checksum lines found`)
  if (tool.options.has('status')) return undefined
  const warn = (count: number, one: string, many: string): Promise<void> =>
    count === 0 ? Promise.resolve() : complain(tool, `WARNING: ${count} ${count === 1 ? one : many}`)
  await warn(tally.badLines, 'line is improperly formatted', 'lines are improperly formatted')
  await warn(tally.unreadable, 'listed file could not be read', 'listed files could not be read')
  await warn(tally.bad, 'computed checksum did NOT match', 'computed checksums did NOT match')
  if (tool.options.has('ignore-missing') && tally.good === 0) await complain(tool, `${shown}: no file was verified`)
  return undefined
}

/** Checks the digests of all lists. @param only see {@link listedIn} */
export async function checkLists(tool: Tool, only: DigestName | undefined): Promise<number> {
  let isGood = true
  for (const operand of tool.operands.length === 0 ? ['-'] : tool.operands) {
    try {
      isGood = (await checkList(tool, operand, only)) && isGood
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await complain(tool, `${quoteIfNeeded(operand)}: ${errnoText(thrown)}`)
      isGood = false
    }
  }
  return isGood ? 0 : 1
}
