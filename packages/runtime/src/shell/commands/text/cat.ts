import type { Input } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { latinOf } from './latin'
import { complain, eachInput, textTool, type Tool } from './tool'
import { quoteIfNeeded } from './quotes'

interface Look {
  readonly number: 'all' | 'filled' | undefined
  readonly ends: boolean
  readonly squeeze: boolean
  readonly tabs: boolean
  readonly controls: boolean
}

/** State that goes on from file to file. */
class Shown {
  readonly #look: Look
  #line = 0
  #atStart = true
  #blanks = 0
  #heldReturn = false

  constructor(look: Look) {
    this.#look = look
  }

  show(text: string): string {
    const held = this.#heldReturn ? `\r${text}` : text
    // `^M$` can only be told from a bare return when the next byte is there.
    this.#heldReturn = this.#look.ends && !this.#look.controls && held.endsWith('\r')
    const whole = this.#heldReturn ? held.slice(0, -1) : held
    return whole
      .split(/(?<=\n)/)
      .map((piece) => this.#piece(piece))
      .join('')
  }

  end(): string {
    const held = this.#heldReturn
    this.#heldReturn = false
    return held ? this.#piece('\r') : ''
  }

  #piece(piece: string): string {
    if (piece === '') return ''
    const isBlank = this.#atStart && piece === '\n'
    this.#blanks = isBlank ? this.#blanks + 1 : 0
    if (this.#look.squeeze && this.#blanks > 1) return ''
    const isNumbered = this.#atStart && (this.#look.number === 'all' || (this.#look.number === 'filled' && !isBlank))
    this.#atStart = piece.endsWith('\n')
    const body = this.#atStart ? piece.slice(0, -1) : piece
    return `${isNumbered ? `${String(++this.#line).padStart(6)}\t` : ''}${this.#visible(body)}${this.#atStart ? this.#lineEnd(body) : ''}`
  }

  #lineEnd(body: string): string {
    return this.#look.ends && body.endsWith('\r') && !this.#look.controls ? '^M$\n' : this.#look.ends ? '$\n' : '\n'
  }

  #visible(body: string): string {
    const cut = this.#look.ends && !this.#look.controls && this.#atStart && body.endsWith('\r') ? body.slice(0, -1) : body
    const shown = this.#look.controls ? cut.replace(/[^\t -~]/g, notation) : cut
    return this.#look.tabs ? shown.replaceAll('\t', '^I') : shown
  }
}

/** `^A`, `M-a`, `M-^?` as cat, and others, write what is not printable. */
function notation(letter: string): string {
  const code = letter.charCodeAt(0)
  if (code >= 128) return `M-${code === 255 ? '^?' : code < 160 ? `^${String.fromCharCode(code - 64)}` : String.fromCharCode(code - 128)}`
  return code === 127 ? '^?' : code < 32 ? `^${String.fromCharCode(code + 64)}` : letter
}

async function cat(tool: Tool): Promise<number> {
  const { options, call, out } = tool
  const has = (...keys: string[]): boolean => keys.some((key) => options.has(key))
  const look: Look = {
    number: has('filled') ? 'filled' : has('number') ? 'all' : undefined,
    ends: has('ends', 'e', 'all'),
    squeeze: has('squeeze'),
    tabs: has('tabs', 't', 'all'),
    controls: has('controls', 'e', 't', 'all'),
  }
  const isPlain = look.number === undefined && !look.ends && !look.squeeze && !look.tabs && !look.controls
  const shown = new Shown(look)
  const target = call.file(1)?.node
  let own = 0
  const copy = async (input: Input, name: string): Promise<void> => {
    const node = name === '-' ? call.file(0)?.node : call.system.tree.find(call.at(name))
    if (target !== undefined && node === target && target.bytes.length > 0) {
      await complain(tool, `${quoteIfNeeded(name)}: input file is output file`)
      own = 1
      return
    }
    for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
      call.tick()
      if (isPlain) await out.pass(chunk)
      else out.put(shown.show(latinOf(chunk)))
      await out.settle()
    }
  }
  const code = await eachInput(tool, copy, { words: (name, error) => `${quoteIfNeeded(name)}: ${errnoText(error)}` })
  out.put(shown.end())
  return Math.max(code, own)
}

/** Joins files. */
export const catCommand = textTool({
  name: 'cat',
  summary: 'joins files, or standard input, on standard output',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'filled', short: 'b', long: ['number-nonblank'] },
      { key: 'e', short: 'e' },
      { key: 'number', short: 'n', long: ['number'] },
      { key: 'squeeze', short: 's', long: ['squeeze-blank'] },
      { key: 't', short: 't' },
      { key: 'unbuffered', short: 'u' },
      { key: 'controls', short: 'v', long: ['show-nonprinting'] },
      { key: 'ends', short: 'E', long: ['show-ends'] },
      { key: 'tabs', short: 'T', long: ['show-tabs'] },
      { key: 'all', short: 'A', long: ['show-all'] },
    ],
  },
  run: cat,
})
