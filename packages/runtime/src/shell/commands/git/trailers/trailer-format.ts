import { PLAIN_READING, trailerBlock, unfolded } from './trailer-block'

/** The trailers at the end of a message. */
export function trailersOf(message: string): readonly (readonly [key: string, value: string])[] {
  return trailerBlock(message, PLAIN_READING).trailers.flatMap(({ key, value }): [string, string][] =>
    key === undefined ? [] : [[key, unfolded(value)]],
  )
}

interface Options {
  readonly keys: readonly string[]
  readonly isOnly: boolean
  readonly isUnfolded: boolean
  readonly isKey: boolean
  readonly isValue: boolean
  readonly separator: string | undefined
  readonly keyValue: string | undefined
}

const TRUE = /^(?:true|yes|on|1)$/i
const FALSE = /^(?:false|no|off|0)$/i

/** `%(trailers:…)` of a format; undefined where git takes it for plain text. */
export function trailersText(message: string, text: string): string | undefined {
  const options = optionsOf(text)
  if (options === undefined) return undefined
  const body = message.replace(/^\n+/, '')
  const { start, end, trailers } = trailerBlock(body, PLAIN_READING)
  const { keys, separator } = options
  const isPlain = keys.length === 0 && !options.isOnly && !options.isUnfolded && !options.isKey && !options.isValue
  if (isPlain && separator === undefined && options.keyValue === undefined) return body.slice(start, end)
  const shown = trailers.flatMap(({ key, value }) => {
    if (key === undefined) return options.isOnly ? [] : [separator === undefined ? value : value.trimEnd()]
    if (keys.length > 0 && !keys.includes(key.toLowerCase())) return []
    const told = options.isUnfolded ? unfolded(value) : value
    if (options.isValue) return [options.isKey ? '' : told]
    return [options.isKey ? key : `${key}${options.keyValue ?? (key.endsWith(':') ? '' : ': ')}${told}`]
  })
  return separator === undefined ? shown.map((line) => `${line}\n`).join('') : shown.join(separator)
}

function optionsOf(text: string): Options | undefined {
  const keys: string[] = []
  const flags: { only?: boolean; unfold: boolean; keyonly: boolean; valueonly: boolean } = {
    unfold: false,
    keyonly: false,
    valueonly: false,
  }
  let separator: string | undefined
  let keyValue: string | undefined
  for (const word of text === '' ? [] : text.split(',')) {
    const [, name = '', value] = /^([a-z_]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === 'key') {
      if (value === undefined || value === '') return undefined
      keys.push(value.replace(/:$/, '').toLowerCase())
    } else if (name === 'separator') separator = expanded(value ?? '')
    else if (name === 'key_value_separator') keyValue = expanded(value ?? '')
    else if (name === 'only' || name === 'unfold' || name === 'keyonly' || name === 'valueonly') {
      if (value !== undefined && !TRUE.test(value) && !FALSE.test(value)) return undefined
      flags[name] = value === undefined || TRUE.test(value)
    } else return undefined
  }
  return {
    keys,
    isOnly: flags.only ?? keys.length > 0,
    isUnfolded: flags.unfold,
    isKey: flags.keyonly,
    isValue: flags.valueonly,
    separator,
    keyValue,
  }
}

function expanded(text: string): string {
  return text.replace(/%x([0-9a-fA-F]{2})|%n|%%/g, (whole, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    return whole === '%n' ? '\n' : '%'
  })
}
