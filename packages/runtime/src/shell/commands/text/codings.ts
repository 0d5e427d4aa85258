import type { Command } from '../command'
import type { OptionSpec } from '../options'
import { CommandError } from '../command'
import { latinOf } from './latin'
import { curly } from './quotes'
import { eachInput, textTool, usageError, type Tool } from './tool'

/** A way to write bytes with a few letters, `groupIn` bytes as `groupOut` letters. */
interface Coding {
  readonly letters: string
  readonly bits: number
  /** Letters of a whole group: padded to it. 1: no padding. */
  readonly group: number
  /** The last bit of a byte comes first (`--base2lsbf`). */
  readonly isLowFirst?: boolean
}

const Z85: OptionSpec = { key: 'z85', long: ['z85'], missing: true }
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const BASE64 = `${UPPER}${UPPER.toLowerCase()}0123456789+/`
const CODINGS: Readonly<Record<string, Coding>> = {
  base64: { letters: BASE64, bits: 6, group: 4 },
  base64url: { letters: BASE64.replace('+/', '-_'), bits: 6, group: 4 },
  base32: { letters: `${UPPER}234567`, bits: 5, group: 8 },
  base32hex: { letters: '0123456789ABCDEFGHIJKLMNOPQRSTUV', bits: 5, group: 8 },
  base16: { letters: '0123456789ABCDEF', bits: 4, group: 1 },
  base2msbf: { letters: '01', bits: 1, group: 1 },
  base2lsbf: { letters: '01', bits: 1, group: 1, isLowFirst: true },
}

/** Letters of some bytes; only the last call may be given bytes that fill no group. */
function encoded(bytes: string, coding: Coding): string {
  const out: string[] = []
  let held = 0
  let bits = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charCodeAt(at)
    held = (held << 8) | (coding.isLowFirst ? reversedBits(byte) : byte)
    bits += 8
    while (bits >= coding.bits) {
      bits -= coding.bits
      out.push(coding.letters.charAt(held >> bits))
      held &= (1 << bits) - 1
    }
  }
  if (bits > 0) out.push(coding.letters.charAt(held << (coding.bits - bits)))
  while (out.length % coding.group !== 0) out.push('=')
  return out.join('')
}

function reversedBits(byte: number): number {
  let out = 0
  for (let bit = 0; bit < 8; bit++) out |= ((byte >> bit) & 1) << (7 - bit)
  return out
}

class Decoder {
  readonly #coding: Coding
  readonly #values: Int16Array
  readonly #ignores: boolean
  #held = 0
  #bits = 0
  #letters = 0
  #padding = 0
  readonly #group: string[] = []

  constructor(coding: Coding, ignores: boolean) {
    this.#coding = coding
    this.#ignores = ignores
    this.#values = new Int16Array(256).fill(-1)
    for (const [at, letter] of [...coding.letters].entries()) this.#values[letter.charCodeAt(0)] = at
  }

  /** Bytes of some letters, and whether all of them were good. */
  decode(text: string): { readonly bytes: string; readonly isGood: boolean } {
    const out: string[] = []
    for (let at = 0; at < text.length; at++) {
      const letter = text.charAt(at)
      const code = text.charCodeAt(at)
      if (letter === '\n') continue
      const value = code > 255 ? -1 : (this.#values[code] ?? -1)
      if (letter === '=' && this.#coding.group > 1) {
        if (!this.#pad()) return { bytes: out.join(''), isGood: false }
        this.#giveGroup(out)
        continue
      }
      if (value < 0) {
        if (this.#ignores) continue
        return { bytes: out.join(''), isGood: false }
      }
      if (this.#padding > 0) return { bytes: out.join(''), isGood: false }
      this.#add(value, out)
    }
    return { bytes: out.join(''), isGood: true }
  }

  /** Whether nothing was left half. */
  end(): boolean {
    return this.#coding.group === 1 ? this.#bits === 0 : this.#letters % this.#coding.group === 0
  }

  #add(value: number, out: string[]): void {
    this.#letters += 1
    this.#held = (this.#held << this.#coding.bits) | value
    this.#bits += this.#coding.bits
    if (this.#bits < 8) return
    this.#bits -= 8
    const byte = (this.#held >> this.#bits) & 255
    this.#group.push(String.fromCharCode(this.#coding.isLowFirst ? reversedBits(byte) : byte))
    this.#held &= (1 << this.#bits) - 1
    this.#giveGroup(out)
  }

  /** Eight letters of base 32 count only together. */
  #giveGroup(out: string[]): void {
    if (this.#coding.group === 8 && this.#letters % 8 !== 0) return
    out.push(...this.#group)
    this.#group.length = 0
  }

  #pad(): boolean {
    const place = this.#letters % this.#coding.group
    const isAllowed = this.#coding.group === 4 ? place >= 2 : [2, 4, 5, 7].includes(place) || this.#padding > 0
    if (!isAllowed || (this.#padding === 0 && place === 0)) return false
    this.#padding += 1
    this.#letters += 1
    if (this.#letters % this.#coding.group === 0) {
      this.#padding = 0
      this.#held = 0
      this.#bits = 0
    }
    return true
  }
}

async function encode(tool: Tool, coding: Coding): Promise<number> {
  const { options, out, call } = tool
  const text = options.value('wrap') ?? '76'
  if (!/^\d+$/.test(text)) throw new CommandError(`invalid wrap size: ${curly(text)}`)
  const width = Number(text)
  const step = coding.bits * coding.group
  let rest = ''
  let column = 0
  const put = (letters: string): void => {
    if (width === 0) return out.put(letters)
    let at = 0
    while (at < letters.length) {
      const part = letters.slice(at, at + width - column)
      at += part.length
      column += part.length
      out.put(part)
      if (column < width) continue
      out.put('\n')
      column = 0
    }
    return undefined
  }
  const code = await eachInput(tool, async (input) => {
    for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
      call.tick()
      const bytes = rest + latinOf(chunk)
      const whole = bytes.length - (bytes.length % step)
      put(encoded(bytes.slice(0, whole), coding))
      rest = bytes.slice(whole)
      await out.settle()
    }
    put(encoded(rest, coding))
    if (column > 0) out.put('\n')
  })
  return code
}

async function decode(tool: Tool, coding: Coding): Promise<number> {
  const { call, options, out } = tool
  const decoder = new Decoder(coding, options.has('ignore'))
  return eachInput(tool, async (input) => {
    for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
      call.tick()
      const { bytes, isGood } = decoder.decode(latinOf(chunk))
      out.put(bytes)
      if (!isGood) throw new CommandError('invalid input')
      await out.settle()
    }
    if (!decoder.end()) throw new CommandError('invalid input')
  })
}

function codingTool(name: string, only: string | undefined): Command {
  return textTool({
    name,
    summary: `encodes bytes as ${only ?? 'letters of a chosen base'}, or decodes them with -d`,
    usage: '[OPTION]... [FILE]',
    shape: {
      options: [
        ...(only === undefined ? Object.keys(CODINGS).map((key): OptionSpec => ({ key, long: [key] })) : []),
        ...(only === undefined ? [Z85] : []),
        { key: 'decode', short: 'd', long: ['decode'] },
        { key: 'ignore', short: 'i', long: ['ignore-garbage'] },
        { key: 'wrap', short: 'w', long: ['wrap'], value: 'required' },
      ],
    },
    run: (tool) => {
      const [, extra] = tool.operands
      const chosen = only ?? tool.options.last(...Object.keys(CODINGS))
      const coding = chosen === undefined ? undefined : CODINGS[chosen]
      if (coding === undefined) return usageError('missing encoding type')
      if (extra !== undefined) usageError(`extra operand ${curly(extra)}`)
      return tool.options.has('decode') ? decode(tool, coding) : encode(tool, coding)
    },
  })
}

export const base64Command = codingTool('base64', 'base64')
export const base32Command = codingTool('base32', 'base32')
export const basencCommand = codingTool('basenc', undefined)
