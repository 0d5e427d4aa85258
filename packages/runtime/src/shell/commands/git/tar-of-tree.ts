import { bytesOf, joined, textOf } from '../../text'
import type { Archived } from './archive'
import { MODE_COMMIT, MODE_LINK, MODE_TREE } from './objects'

const BLOCK = 512
const RECORD = 10_240

interface Head {
  readonly name: string
  readonly prefix?: string
  readonly mode: number
  readonly size: number
  readonly kind: string
  readonly link?: string
  readonly time: number
}

/** A header as git writes it: owned by root, numbers in octal. */
function head({ name, prefix = '', mode, size, kind, link = '', time }: Head): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const put = (at: number, text: string): void => block.set(bytesOf(text), at)
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')
  put(0, name)
  put(100, octal(mode & 0o7777, 7))
  put(108, octal(0, 7))
  put(116, octal(0, 7))
  put(124, octal(size, 11))
  put(136, octal(time, 11))
  put(148, '        ')
  put(156, kind)
  put(157, link)
  put(257, 'ustar\x0000')
  put(265, 'root')
  put(297, 'root')
  put(329, octal(0, 7))
  put(337, octal(0, 7))
  put(345, prefix)
  let sum = 0
  for (const byte of block) sum += byte
  put(148, `${octal(sum, 7)}\0`)
  return block
}

function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK)
  out.set(bytes)
  return out
}

/** `LENGTH key=value`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const size = bytesOf(rest).length
  let length = size + 1
  while (String(length).length + size !== length) length = String(length).length + size
  return length + rest
}

/** What an archive of a commit begins with: its name. */
export function globalHeader(commit: string, time: number): Uint8Array {
  const text = bytesOf(record('comment', commit))
  return joined([head({ name: 'pax_global_header', mode: 0o666, size: text.length, kind: 'g', time }), padded(text)])
}

/** One thing with what stands before it; names that are too long for a header stand in one of their own. */
export function tarMember({ path, mode, oid, bytes }: Archived, time: number): Uint8Array {
  const isFolder = mode === MODE_TREE || mode === MODE_COMMIT
  const isLink = mode === MODE_LINK
  const link = isLink ? textOf(bytes) : ''
  const extended: string[] = []
  const where = placed(path)
  if (where === undefined) extended.push(record('path', path))
  if (bytesOf(link).length > 100) extended.push(record('linkpath', link))
  const bits = isLink ? 0o777 : isFolder || mode & 0o100 ? 0o775 : 0o664
  const own = head({
    name: where?.name ?? `${oid}.data`,
    prefix: where?.prefix ?? '',
    mode: bits,
    size: isFolder || isLink ? 0 : bytes.length,
    kind: isFolder ? '5' : isLink ? '2' : '0',
    link: bytesOf(link).length > 100 ? `see ${oid}.paxheader` : link,
    time,
  })
  const text = bytesOf(extended.join(''))
  const before =
    extended.length === 0 ? [] : [head({ name: `${oid}.paxheader`, mode: 0o666, size: text.length, kind: 'x', time }), padded(text)]
  return joined([...before, own, isFolder || isLink ? new Uint8Array() : padded(bytes)])
}

/** Where a name fits: alone, or cut at a slash. */
function placed(path: string): { readonly name: string; readonly prefix: string } | undefined {
  const bytes = bytesOf(path)
  if (bytes.length <= 100) return { name: path, prefix: '' }
  // The cut is as far right as the first part allows, and not at a slash that ends the name.
  for (let at = Math.min(155, bytes.length - 2); at > 0; at--)
    if (bytes[at] === 0x2f)
      return bytes.length - at - 1 <= 100 ? { name: textOf(bytes.subarray(at + 1)), prefix: textOf(bytes.subarray(0, at)) } : undefined
  return undefined
}

/** Zeros up to the end of a record, at least two blocks. */
export function tarTrailer(size: number): Uint8Array {
  const rest = RECORD - (size % RECORD)
  return new Uint8Array(rest < 2 * BLOCK ? rest + RECORD : rest)
}
