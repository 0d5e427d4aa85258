import type { FetchMethod } from '@tabwright/protocol'
import { FsError } from '../../tree/fs-error'
import { readAll } from '../../streams/stream'
import { bytesOf, joined, textOf } from '../../text'
import { CommandError, type Call } from '../command'
import { CurlFailure } from './curl-failure'
import type { CurlWords } from './curl-options'

/** What a command line sends, and how. */
export interface CurlBody {
  readonly method: FetchMethod
  readonly bytes: Uint8Array | undefined
  /** What curl itself adds; a person's own header of that name takes its place. */
  readonly headers: readonly (readonly [string, string])[]
  /** For the address, with `-G`. */
  readonly query: string
}

const DATA = ['data', 'data-ascii', 'data-raw', 'data-binary', 'data-urlencode', 'json'] as const
const FORM = 'application/x-www-form-urlencoded'

/** Puts together what is sent. @param url of the transfer, for the name of an upload; gives the address that is asked */
export async function curlBody(call: Call, words: CurlWords, upload: string | undefined): Promise<CurlBody> {
  const kinds = [words.texts(...DATA).length > 0, words.texts('form', 'form-string').length > 0, upload !== undefined]
  const isHead = words.has('head')
  const sends = kinds.filter(Boolean).length
  if (sends + (isHead && !words.has('get') && sends > 0 ? 1 : 0) > 1)
    throw new CurlFailure(2, 'You can only select one HTTP request method!')
  const none = { headers: [], query: '' } as const
  if (kinds[0]) return ofData(await dataBytes(call, words), words)
  if (kinds[1]) return { ...none, method: 'POST', ...(await multipart(call, words)) }
  if (upload !== undefined) return { ...none, method: 'PUT', bytes: await readFile(call, upload) }
  return { ...none, method: isHead ? 'HEAD' : 'GET', bytes: undefined }
}

function ofData(bytes: Uint8Array, words: CurlWords): CurlBody {
  if (words.has('get')) return { method: words.has('head') ? 'HEAD' : 'GET', bytes: undefined, headers: [], query: textOf(bytes) }
  const isJson = words.texts('json').length > 0
  const headers = isJson
    ? ([
        ['Content-Type', 'application/json'],
        ['Accept', 'application/json'],
      ] as const)
    : ([['Content-Type', FORM]] as const)
  return { method: 'POST', bytes, headers, query: '' }
}

async function dataBytes(call: Call, words: CurlWords): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (const { name, value } of words.given) {
    if (typeof value !== 'string' || !DATA.some((one) => one === name)) continue
    // Pieces of JSON stand behind each other, all else as fields of a form.
    if (parts.length > 0 && name !== 'json') parts.push(bytesOf('&'))
    parts.push(await dataPart(call, { name, value }, words.has('silent')))
  }
  return joined(parts)
}

async function dataPart(
  call: Call,
  { name, value }: { readonly name: string; readonly value: string },
  isSilent: boolean,
): Promise<Uint8Array> {
  if (name === 'data-urlencode') return bytesOf(await urlencoded(call, value, isSilent))
  if (name === 'data-raw' || !value.startsWith('@')) return bytesOf(value)
  const bytes = await readFile(call, value.slice(1), isSilent)
  if (name === 'data-binary' || name === 'json') return bytes
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0)
}

async function urlencoded(call: Call, value: string, isSilent: boolean): Promise<string> {
  const at = /[=@]/.exec(value)?.index ?? -1
  if (at < 0) return encoded(bytesOf(value))
  const name = value.slice(0, at)
  const rest = value.slice(at + 1)
  const text = encoded(value.charAt(at) === '@' ? await readFile(call, rest, isSilent) : bytesOf(rest))
  return name === '' ? text : `${name}=${text}`
}

function encoded(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (byte === 0x20) text += '+'
    else text += /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text
}

/** `-` is standard input. @param isSilent given: a file that is not there is empty, as curl has it for data, with or without a warning */
async function readFile(call: Call, path: string, isSilent?: boolean): Promise<Uint8Array> {
  if (path === '-' || path === '.') return readAll(call.stdin)
  try {
    const input = call.open(path)
    const bytes = await readAll(input)
    input.close()
    return bytes
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    if (isSilent === undefined)
      throw new CommandError(`Can't open '${path}'!\ncurl: try 'curl --help' or 'curl --manual' for more information`, 26)
    if (!isSilent) await call.stderr.write(`Warning: Couldn't read data from file "${path}", this makes an empty POST.\n`)
    return new Uint8Array()
  }
}

const TYPES: Readonly<Record<string, string>> = {
  gif: 'image/gif',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  htm: 'text/html',
  html: 'text/html',
  pdf: 'application/pdf',
  xml: 'application/xml',
}

interface Part {
  readonly name: string
  readonly bytes: Uint8Array
  readonly filename: string | undefined
  readonly type: string | undefined
}

async function multipart(call: Call, words: CurlWords): Promise<Pick<CurlBody, 'bytes' | 'headers'>> {
  const random = Array.from(call.system.random(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const boundary = `------------------------${random}`
  const out: Uint8Array[] = []
  for (const { name, value } of words.given) {
    if (typeof value !== 'string' || (name !== 'form' && name !== 'form-string')) continue
    const part = await formPart(call, value, name === 'form-string')
    const file = part.filename === undefined ? '' : `; filename="${quoted(part.filename)}"`
    const type = part.type === undefined ? '' : `Content-Type: ${part.type}\r\n`
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(part.name)}"${file}\r\n${type}\r\n`
    out.push(bytesOf(head), part.bytes, bytesOf('\r\n'))
  }
  out.push(bytesOf(`--${boundary}--\r\n`))
  return { bytes: joined(out), headers: [['Content-Type', `multipart/form-data; boundary=${boundary}`]] }
}

const quoted = (text: string): string => text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

async function formPart(call: Call, given: string, isPlain: boolean): Promise<Part> {
  const at = given.indexOf('=')
  if (at < 0) throw new CommandError(`Illegally formatted input field!\ncurl: option -F: is badly used here`, 2)
  const name = given.slice(0, at)
  const rest = given.slice(at + 1)
  if (isPlain) return { name, bytes: bytesOf(rest), filename: undefined, type: undefined }
  const [content = '', ...settings] = rest.split(';')
  const setting = (key: string): string | undefined =>
    settings
      .map((one) => one.trim())
      .find((one) => one.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .replace(/^"(.*)"$/, '$1')
  const type = setting('type')
  if (content.startsWith('<')) return { name, bytes: await readFile(call, content.slice(1)), filename: undefined, type }
  if (!content.startsWith('@')) {
    // Only what begins with a setting of its own ends the value.
    const isSetting = type !== undefined || setting('filename') !== undefined
    return { name, bytes: bytesOf(isSetting ? content : rest), filename: setting('filename'), type }
  }
  const path = content.slice(1).replace(/^"(.*)"$/, '$1')
  if (path.includes(',')) throw new CommandError('several files in one field are not implemented in this sandbox', 2)
  const filename = setting('filename') ?? path.slice(path.lastIndexOf('/') + 1)
  const ending = /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? ''
  return { name, bytes: await readFile(call, path), filename, type: type ?? TYPES[ending] ?? 'application/octet-stream' }
}
