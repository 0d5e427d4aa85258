import { readAll } from '../../streams/stream'
import { textOf } from '../../text'
import { errnoText } from '../../tree/errno-text'
import { CommandError, NotImplemented } from '../command'
import { bytesOfLatin, latinOf } from './latin'
import { LatinOutput } from './latin-output'
import { eachInput, textTool } from './tool'

/** An encoding: text from bytes and back; undefined where a place in it is wrong. */
type Coding = 'utf-8' | 'utf-16' | 'utf-16le' | 'utf-16be' | 'latin1' | 'ascii'

const NAMES: readonly (readonly [RegExp, Coding])[] = [
  [/^utf-?8$/i, 'utf-8'],
  [/^utf-?16$/i, 'utf-16'],
  [/^utf-?16le$/i, 'utf-16le'],
  [/^utf-?16be$/i, 'utf-16be'],
  [/^(?:iso[-_]?8859-?1|latin-?1|l1)$/i, 'latin1'],
  [/^(?:us-?ascii|ascii|ansi_x3\.4-1968)$/i, 'ascii'],
]

function codingOf(name: string): Coding {
  const bare = name.replace(/\/\/.*$/, '')
  const found = NAMES.find(([pattern]) => pattern.test(bare))
  if (found === undefined) throw new NotImplemented(`encoding ${bare}`)
  if (/\/\/TRANSLIT/i.test(name)) throw new NotImplemented('//TRANSLIT')
  return found[1]
}

/** A lone surrogate stands for what is no character. */
function decoded(bytes: Uint8Array, coding: Coding): string {
  switch (coding) {
    case 'utf-8':
      return textOf(bytes)
    case 'latin1':
      return latinOf(bytes)
    case 'ascii':
      return latinOf(bytes).replace(/[\u0080-\u00ff]/g, (letter) => String.fromCharCode(0xdc00 + letter.charCodeAt(0)))
    default: {
      const isBig = coding === 'utf-16be' || (coding === 'utf-16' && bytes[0] === 0xfe && bytes[1] === 0xff)
      const text = new TextDecoder(isBig ? 'utf-16be' : 'utf-16le', { ignoreBOM: true }).decode(bytes)
      return coding === 'utf-16' ? text.replace(/^\uFEFF/, '') : text
    }
  }
}

function isWrong(letter: string, coding: Coding): boolean {
  const code = letter.codePointAt(0) ?? 0
  if (code >= 0xd800 && code <= 0xdfff) return true
  return (coding === 'latin1' && code > 255) || (coding === 'ascii' && code > 127)
}

function encoded(text: string, coding: Coding): string {
  switch (coding) {
    case 'utf-8':
      return latinOf(new TextEncoder().encode(text))
    case 'latin1':
    case 'ascii':
      return text
    default: {
      const units = coding === 'utf-16' ? `\uFEFF${text}` : text
      const isBig = coding === 'utf-16be'
      return units.replace(/[^]/g, (unit) => {
        const code = unit.charCodeAt(0)
        const [low, high] = [String.fromCharCode(code & 255), String.fromCharCode(code >> 8)]
        return isBig ? high + low : low + high
      })
    }
  }
}

/** Text from one encoding into another. */
export const iconvCommand = textTool({
  name: 'iconv',
  summary: 'turns text of one encoding into another: UTF-8, UTF-16, ISO-8859-1, ASCII',
  usage: '[OPTION]... [FILE]...',
  agrees: 'GNU libc 2.36',
  shape: {
    options: [
      { key: 'from', short: 'f', long: ['from-code'], value: 'required' },
      { key: 'to', short: 't', long: ['to-code'], value: 'required' },
      { key: 'skip', short: 'c' },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'silent', short: 's', long: ['silent'] },
      { key: 'list', short: 'l', long: ['list'], missing: true },
      { key: 'verbose', long: ['verbose'] },
    ],
  },
  run: async (tool) => {
    const { call, options } = tool
    const from = codingOf(options.value('from') ?? 'UTF-8')
    const given = options.value('to') ?? 'UTF-8'
    const to = codingOf(given)
    const skips = options.has('skip') || /\/\/IGNORE/i.test(given)
    const target = options.value('output')
    const out = target === undefined ? tool.out : new LatinOutput(call.create(target))
    const all: Uint8Array[] = []
    const code = await eachInput(tool, async (input) => void all.push(await readAll(input)), {
      words: (name, error) => `cannot open input file \`${name}': ${errnoText(error)}`,
    })
    const text = decoded(bytesOfLatin(all.map(latinOf).join('')), from)
    const letters = [...text]
    const wrong = letters.findIndex((letter) => isWrong(letter, to))
    if (wrong < 0) out.put(encoded(text, to))
    else if (skips) out.put(encoded(letters.filter((letter) => !isWrong(letter, to)).join(''), to))
    else {
      const before = letters.slice(0, wrong).join('')
      out.put(encoded(before, to))
      await out.flush()
      throw new CommandError(
        `illegal input sequence at position ${bytesOfLatin(encoded(before, from === 'utf-16' ? 'utf-16le' : from)).length}`,
      )
    }
    await out.flush()
    if (wrong < 0 || options.has('skip')) return code
    // With //IGNORE the real one goes on, and tells at the end that something was left out.
    throw new CommandError(`illegal input sequence at position ${all.reduce((sum, bytes) => sum + bytes.length, 0)}`)
  },
})
