import { CommandError } from '../command'
import { latinWord } from './latin'
import { curly } from './quotes'
import { ambiguousOctals, bytesOfSet, partsOf, type SetPart } from './tr-sets'
import { textTool, usageError, type Tool } from './tool'

interface Plan {
  readonly map: Uint8Array | undefined
  readonly dropped: Uint8Array | undefined
  readonly squeezed: Uint8Array | undefined
}

function memberTable(bytes: readonly number[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const byte of bytes) table[byte] = 1
  return table
}

function complement(bytes: readonly number[]): number[] {
  const table = memberTable(bytes)
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => table[byte] === 0)
}

function isCase(part: SetPart | undefined): boolean {
  return part?.type === 'class' && (part.name === 'upper' || part.name === 'lower')
}

/** What may stand in the second set when it is translated to. */
function checkTarget(parts: readonly SetPart[]): void {
  if (parts.some((part) => part.type === 'equal')) throw new CommandError('[=c=] expressions may not appear in string2 when translating')
  if (parts.some((part) => part.type === 'class' && !isCase(part)))
    throw new CommandError("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'")
}

interface Sets {
  readonly from: readonly SetPart[]
  readonly to: readonly SetPart[]
  readonly isComplement: boolean
  readonly truncates: boolean
}

function translation({ from, to, isComplement, truncates }: Sets): Uint8Array {
  checkTarget(to)
  const fixed = bytesOfSet(to).length
  const source = isComplement ? complement(bytesOfSet(from)) : bytesOfSet(from)
  const target = bytesOfSet(to, Math.max(0, source.length - fixed))
  if (!truncates && source.length > 0 && target.length === 0) throw new CommandError('when not truncating set1, string2 must be non-empty')
  if (isComplement && from.some((part) => part.type === 'class') && new Set(target).size > 1)
    throw new CommandError('when translating with complemented character classes,\nstring2 must map all characters in the domain to one')
  const hasCases = to.some(isCase)
  if (hasCases) checkCases({ from, to, isComplement, truncates })
  const last = to.at(-1)
  if (!truncates && target.length < source.length && last?.type === 'class')
    throw new CommandError('when translating with string1 longer than string2,\nthe latter string must not end with a character class')
  const map = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  source.forEach((byte, at) => {
    const mapped = target[at] ?? (truncates ? undefined : target.at(-1))
    if (mapped !== undefined) map[byte] = mapped
  })
  return map
}

/** A class in the second set has to stand where one stands in the first. */
function checkCases({ from, to, isComplement }: Sets): void {
  const starts = new Set<number>()
  let at = 0
  for (const part of from) {
    if (isCase(part)) starts.add(at)
    at += bytesOfSet([part]).length
  }
  const fill = Math.max(0, at - bytesOfSet(to).length)
  let place = 0
  for (const part of to) {
    if (isCase(part) && (isComplement || !starts.has(place))) throw new CommandError('misaligned [:upper:] and/or [:lower:] construct')
    place += bytesOfSet([part], fill).length
  }
}

function planOf({ operands, options }: Tool): Plan {
  const deletes = options.has('delete')
  const squeezes = options.has('squeeze')
  const [first, second, third] = operands
  if (first === undefined) usageError('missing operand')
  const most = deletes && !squeezes ? 1 : 2
  const least = deletes === squeezes ? 2 : 1
  if (operands.length < least) {
    const why = squeezes
      ? 'Two strings must be given when both deleting and squeezing repeats.'
      : 'Two strings must be given when translating.'
    usageError(`missing operand after ${curly(first ?? '')}\n${why}`)
  }
  if (operands.length > most) {
    const extra = curly((most === 1 ? second : third) ?? '')
    usageError(
      `extra operand ${extra}${most === 1 && operands.length === 2 ? '\nOnly one string may be given when deleting without squeezing repeats.' : ''}`,
    )
  }
  const from = partsOf(latinWord(first ?? ''))
  const to = second === undefined ? undefined : partsOf(latinWord(second))
  checkRepeats(from, to)
  const isComplement = options.has('complement')
  const own = isComplement ? complement(bytesOfSet(from)) : bytesOfSet(from)
  if (deletes) return { map: undefined, dropped: memberTable(own), squeezed: to === undefined ? undefined : memberTable(bytesOfSet(to)) }
  if (to === undefined) return { map: undefined, dropped: undefined, squeezed: memberTable(own) }
  const map = translation({ from, to, isComplement, truncates: options.has('truncate') })
  const target = bytesOfSet(to, Math.max(0, own.length - bytesOfSet(to).length))
  return { map, dropped: undefined, squeezed: squeezes ? memberTable(target) : undefined }
}

function checkRepeats(from: readonly SetPart[], to: readonly SetPart[] | undefined): void {
  if (from.some((part) => part.type === 'repeat' && part.count === 0))
    throw new CommandError('the [c*] repeat construct may not appear in string1')
  if ((to ?? []).filter((part) => part.type === 'repeat' && part.count === 0).length > 1)
    throw new CommandError('only one [c*] repeat construct may appear in string2')
}

function apply(chunk: Uint8Array, { map, dropped, squeezed }: Plan, before: { last: number }): Uint8Array {
  const out = new Uint8Array(chunk.length)
  let length = 0
  let { last } = before
  for (const byte of chunk) {
    if (dropped?.[byte] === 1) continue
    const now = map === undefined ? byte : (map[byte] ?? byte)
    if (squeezed?.[now] === 1 && now === last) continue
    out[length++] = now
    last = now
  }
  before.last = last
  return out.subarray(0, length)
}

async function tr(tool: Tool): Promise<number> {
  const { call, out } = tool
  const plan = planOf(tool)
  for (const octal of tool.operands.flatMap((set) => ambiguousOctals(set)))
    await tool.call.stderr.write(
      `tr: warning: the ambiguous octal escape \\${octal} is being\n\tinterpreted as the 2-byte sequence \\0${octal.slice(0, 2)}, ${octal.slice(2)}\n`,
    )
  const before = { last: -1 }
  for (let chunk = await call.stdin.read(); chunk !== undefined; chunk = await call.stdin.read()) {
    call.tick()
    const changed = apply(chunk, plan, before)
    if (changed.length > 0) await out.pass(changed)
  }
  return 0
}

/** Translates, deletes and squeezes bytes. */
export const trCommand = textTool({
  name: 'tr',
  summary: 'translates, squeezes or deletes bytes of standard input',
  usage: '[OPTION]... SET1 [SET2]',
  shape: {
    stopsEarly: true,
    options: [
      { key: 'complement', short: 'cC', long: ['complement'] },
      { key: 'delete', short: 'd', long: ['delete'] },
      { key: 'squeeze', short: 's', long: ['squeeze-repeats'] },
      { key: 'truncate', short: 't', long: ['truncate-set1'] },
    ],
  },
  run: tr,
})
