import { byteText, bytesJoined, codeText } from '../expansion/ansi'
import type { Builtin } from './builtin'

const ESCAPE = /\\(?:0([0-7]{0,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([abcefnrtvE\\]))/g

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1B',
  E: '\x1B',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** Text with the escapes of `echo -e`; `ends` after a `\c`. */
export function echoText(text: string): { readonly text: string; readonly ends: boolean } {
  let ends = false
  let end = text.length
  const out = text.replace(ESCAPE, (all: string, ...groups: (string | number | undefined)[]) => {
    const [octal, hex, short, long, simple, at] = groups
    if (ends) return ''
    if (typeof octal === 'string') return byteText(Number.parseInt(octal === '' ? '0' : octal, 8) & 0xff)
    if (typeof hex === 'string') return byteText(Number.parseInt(hex, 16))
    if (typeof short === 'string') return codeText(Number.parseInt(short, 16))
    if (typeof long === 'string') return codeText(Number.parseInt(long, 16))
    if (simple === 'c') {
      ends = true
      end = Number(at)
      return ''
    }
    return SIMPLE[String(simple)] ?? all
  })
  if (!ends) return { text: bytesJoined(out), ends }
  return { text: echoText(text.slice(0, end)).text, ends: true }
}

/** `echo`. */
export const echo: Builtin = {
  names: ['echo'],
  usage: 'echo [-neE] [arg ...]',
  async run(runner, args) {
    let at = 0
    let hasNewline = true
    let escapes = runner.state.shopt.has('xpg_echo')
    for (; /^-[neE]+$/.test(args[at] ?? ''); at++)
      for (const letter of (args[at] ?? '').slice(1)) {
        if (letter === 'n') hasNewline = false
        else escapes = letter === 'e'
      }
    const text = (at === 0 ? args : args.slice(at)).join(' ')
    if (!escapes || !text.includes('\\')) {
      await runner.write(hasNewline ? `${text}\n` : text)
      return 0
    }
    const made = echoText(text)
    await runner.write(hasNewline && !made.ends ? `${made.text}\n` : made.text)
    return 0
  },
}
