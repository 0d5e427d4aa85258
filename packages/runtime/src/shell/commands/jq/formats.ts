import { isArray, type Json, numberText, typeOf } from './json'
import { jsonText } from './json-text'
import { bytesOf, textOf } from '../../text'
import { described, JqError } from './paths'

/** Text as it is, anything else as JSON. */
export function textual(value: Json): string {
  return typeof value === 'string' ? value : jsonText(value)
}

/** `@name`: a value as text for some purpose. @throws JqError */
export function formatted(name: string, value: Json): string {
  switch (name) {
    case '@text':
      return textual(value)
    case '@json':
      return jsonText(value)
    case '@csv':
      return row(value, 'csv').map(csvCell).join(',')
    case '@tsv':
      return row(value, 'tsv').map(tsvCell).join('\t')
    case '@html':
      return textual(value).replace(/[<>&'"]/g, (char) => HTML[char] ?? char)
    case '@uri':
      return [...bytesOf(textual(value))].map(uriByte).join('')
    case '@sh':
      return (isArray(value) ? value : [value]).map(shellWord).join(' ')
    case '@base64':
      return btoa(String.fromCharCode(...bytesOf(textual(value))))
    case '@base64d':
      return base64Text(textual(value))
    case '@base32':
      return base32(bytesOf(textual(value)))
    case '@base32d':
      return base32Text(textual(value))
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`)
  }
}

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', "'": '&apos;', '"': '&quot;' }

function uriByte(byte: number): string {
  const char = String.fromCharCode(byte)
  return /[A-Za-z0-9_.~!*'()-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

function row(value: Json, name: string): readonly Json[] {
  if (!isArray(value)) throw new JqError(`${described(value)} cannot be ${name}-formatted, only array`)
  return value
}

function csvCell(value: Json): string {
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`
  return cell(value)
}

function cell(value: Json): string {
  if (value === null) return ''
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return String(value)
  throw new JqError(`${typeOf(value)} (${jsonText(value)}) is not valid in a csv row`)
}

const TSV: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }

function tsvCell(value: Json): string {
  return typeof value === 'string' ? value.replace(/[\t\n\r\\]/g, (char) => TSV[char] ?? char) : cell(value)
}

function shellWord(value: Json): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "'\\''")}'`
  if (typeof value === 'object' && value !== null) throw new JqError(`${described(value)} can not be escaped for shell`)
  return jsonText(value)
}

function base64Text(text: string): string {
  const clean = text.replace(/=+$/, '')
  if (/^[A-Za-z0-9+/]*$/.test(clean) && clean.length % 4 === 1) throw new JqError(`${described(text)} trailing base64 byte found`)
  if (/[^A-Za-z0-9+/]/.test(clean)) throw new JqError(`${described(text)} is not valid base64 data`)
  return textOf(Uint8Array.from(atob(clean), (char) => char.charCodeAt(0)))
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('')
  return letters.padEnd(Math.ceil(letters.length / 8) * 8, '=')
}

function base32Text(text: string): string {
  const bits = Array.from(text.replace(/=+$/, ''), (letter) => {
    const value = BASE32.indexOf(letter)
    if (value < 0) throw new JqError(`${described(text)} is not valid base32 data`)
    return value.toString(2).padStart(5, '0')
  }).join('')
  return textOf(Uint8Array.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2))))
}
