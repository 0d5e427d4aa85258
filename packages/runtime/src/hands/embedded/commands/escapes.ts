import type { Command } from 'just-bash/browser'
import { latin1 } from '../shell-files'
import type { Result } from './command'

/*
 * The library takes `\342` for the character U+00E2, which is two bytes. Such an escape is replaced by a lone surrogate that
 * stands for its byte and can be in no valid text, and the output is turned into bytes afterwards.
 */
const MARK = 0xdc00
const mark = (code: number): string | undefined => (code >= 0x80 && code <= 0xff ? String.fromCharCode(MARK + code) : undefined)

/** Escapes of the format of `printf`; in an argument of `%b` and for `echo -e` an octal one starts with a zero of its own. */
const FORMAT = /\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|[^])/g
const ARGUMENT = /\\(?:x([0-9a-fA-F]{1,2})|(0[0-7]{1,3}|[1-7][0-7]{0,2})|[^])/g

/** `text` with every escape of a byte above 127 replaced by its mark. */
function marked(text: string, escapes: RegExp): string {
  return text.replaceAll(escapes, (whole, hex: string | undefined, octal: string | undefined) => {
    if (hex !== undefined) return mark(Number.parseInt(hex, 16)) ?? whole
    return octal === undefined ? whole : (mark(Number.parseInt(octal, 8) & 255) ?? whole)
  })
}

/** The output with every mark as the byte that it stands for. */
function unmarked(result: Result): Result {
  if (!/[\udc80-\udcff]/.test(result.stdout)) return result
  const encoder = new TextEncoder()
  const stdout = Array.from(result.stdout, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code >= MARK + 0x80 && code <= MARK + 0xff ? String.fromCharCode(code - MARK) : latin1(encoder.encode(char))
  }).join('')
  return { ...result, stdout, stdoutKind: 'bytes' }
}

/** Which arguments of a format are read by `%b`: the conversions are used again until no argument is left. */
function readByB(format: string, place: number): boolean {
  const kinds = [...format.matchAll(/%(?:%|[-+ #0-9.']*([a-zA-Z]))/g)].flatMap((found) => (found[1] === undefined ? [] : [found[1]]))
  return kinds.length > 0 && kinds[place % kinds.length] === 'b'
}

function printfArgs(args: readonly string[]): string[] {
  const start = args[0] === '--' ? 1 : 0
  const format = args[start] ?? ''
  // A variable holds text and no bytes.
  if (format === '-v') return [...args]
  return args.map((word, i) => {
    if (i < start) return word
    if (i === start) return marked(word, FORMAT)
    return readByB(format, i - start - 1) ? marked(word, ARGUMENT) : word
  })
}

function echoArgs(args: readonly string[]): string[] {
  const first = args.findIndex((word) => !/^-[neE]+$/.test(word))
  const options = args.slice(0, first === -1 ? args.length : first)
  return options.some((word) => word.includes('e'))
    ? args.map((word, i) => (i < options.length ? word : marked(word, ARGUMENT)))
    : [...args]
}

function bytewise(name: string, before: (args: readonly string[]) => string[]): Command {
  return {
    name,
    async execute(args, context) {
      if (context.origCommand === undefined) throw new Error(`${name} is not in the shell library any more`)
      return unmarked(await context.origCommand(before(args)))
    },
  }
}

/** The library's `tr` does not know `\\0` and takes it for a zero. */
function trArgs(args: readonly string[]): string[] {
  return args.map((word) =>
    word.replaceAll(/\\(?:([0-7]{1,3})|[^])/g, (whole, octal: string | undefined) => {
      const code = octal === undefined ? 0x80 : Number.parseInt(octal, 8)
      return code < 0x80 ? String.fromCharCode(code) : whole
    }),
  )
}

/** `printf` and `echo -e` whose escapes are bytes, and `tr` that knows them. */
export const escapeCommands = (): Command[] => [bytewise('printf', printfArgs), bytewise('echo', echoArgs), bytewise('tr', trArgs)]
