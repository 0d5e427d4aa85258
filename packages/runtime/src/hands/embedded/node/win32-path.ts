import { invalidArgument } from './context'

/** A path of Windows in its parts. */
interface Parts {
  /** `C:` or `\\server\share`, empty where there is none. */
  readonly device: string
  readonly isAbsolute: boolean
  readonly rest: string
}

const textOf = (value: unknown, name = 'path'): string => {
  if (typeof value !== 'string') throw invalidArgument(name, 'of type string', value)
  return value
}

function partsOf(path: string): Parts {
  const unc = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path)
  if (unc !== null) return { device: `\\\\${unc[1] ?? ''}\\${unc[2] ?? ''}`, isAbsolute: true, rest: path.slice(unc[0].length) }
  const device = /^[A-Za-z]:/.exec(path)?.[0] ?? ''
  const rest = path.slice(device.length)
  return { device, isAbsolute: /^[\\/]/.test(rest), rest }
}

function collapsed(rest: string, isAbsolute: boolean): string {
  const out: string[] = []
  for (const name of rest.split(/[\\/]+/)) {
    if (name === '' || name === '.') continue
    if (name !== '..') out.push(name)
    else if (out.length > 0 && out.at(-1) !== '..') out.pop()
    else if (!isAbsolute) out.push('..')
  }
  return out.join('\\')
}

function normalize(given: unknown): string {
  const path = textOf(given)
  if (path === '') return '.'
  const { device, isAbsolute, rest } = partsOf(path)
  const inner = collapsed(rest, isAbsolute)
  const tail = inner === '' && !isAbsolute ? '.' : inner
  const end = /[\\/]$/.test(rest) && inner !== '' ? '\\' : ''
  return `${device}${isAbsolute ? '\\' : ''}${tail}${end}`
}

function join(...given: unknown[]): string {
  const parts = given.map((one) => textOf(one)).filter((part) => part !== '')
  if (parts.length === 0) return '.'
  const [first = ''] = parts
  // Two slashes begin the name of a server only where the first part says so.
  const whole = parts.join('\\')
  return normalize(/^[\\/]{2}[^\\/]/.test(first) ? whole : whole.replace(/^[\\/]{2,}/, '\\'))
}

/** @param cwd where a path without a device begins */
function resolve(cwd: () => string, given: readonly unknown[]): string {
  let [device, tail, isAbsolute] = ['', '', false]
  for (const one of [cwd().replaceAll('/', '\\'), ...given].toReversed()) {
    const path = textOf(one)
    if (path === '') continue
    const parts = partsOf(path)
    if (parts.device !== '' && device !== '' && parts.device.toLowerCase() !== device.toLowerCase()) continue
    if (device === '') device = parts.device
    if (!isAbsolute) {
      tail = `${parts.rest}\\${tail}`
      isAbsolute = parts.isAbsolute
    }
    if (isAbsolute && device !== '') break
  }
  return `${device}${isAbsolute ? '\\' : ''}${collapsed(tail, isAbsolute)}` || '.'
}

function dirname(given: unknown): string {
  const path = textOf(given)
  const { device, isAbsolute, rest } = partsOf(path)
  const root = path.slice(0, path.length - rest.length) + (isAbsolute && /^[\\/]/.test(rest) ? (rest[0] ?? '') : '')
  const inner = rest.replace(/^[\\/]+/, '').replace(/[\\/]+$/, '')
  const cut = /^(.*?)[\\/]+[^\\/]*$/.exec(inner)?.[1]
  if (cut === undefined) return root === '' ? '.' : isAbsolute && device.startsWith('\\\\') ? path : root
  return root + cut
}

function basename(given: unknown, suffix?: unknown): string {
  const path = textOf(given)
    .replace(/^[A-Za-z]:/, '')
    .replace(/[\\/]+$/, '')
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return typeof suffix === 'string' && suffix !== name && name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name
}

const extname = (given: unknown): string => /(?<!^)(?<![\\/])\.[^.]*$/.exec(basename(given))?.[0] ?? ''

function parse(given: unknown): Record<string, string> {
  const path = textOf(given)
  const { device, isAbsolute, rest } = partsOf(path)
  const root = `${path.slice(0, path.length - rest.length)}${isAbsolute ? (rest[0] ?? '') : ''}`
  const base = basename(rest)
  const ext = extname(rest)
  const dir = base === path ? '' : dirname(path)
  return { root, dir: dir === '.' || device === path ? '' : dir, base, ext, name: ext === '' ? base : base.slice(0, -ext.length) }
}

function format(given: unknown): string {
  if (typeof given !== 'object' || given === null) throw invalidArgument('pathObject', 'of type object', given)
  const text = (name: string): string => String(Reflect.get(given, name) ?? '')
  const ext = text('ext')
  const base = text('base') || `${text('name')}${ext === '' || ext.startsWith('.') ? '' : '.'}${ext}`
  const dir = text('dir') || text('root')
  if (dir === '') return base
  return dir === text('root') ? `${dir}${base}` : `${dir}\\${base}`
}

function relativeOf(cwd: () => string, from: unknown, to: unknown): string {
  const [start, end] = [resolve(cwd, [textOf(from, 'from')]), resolve(cwd, [textOf(to, 'to')])]
  if (start.toLowerCase() === end.toLowerCase()) return ''
  const [a, b] = [partsOf(start), partsOf(end)]
  if (a.device.toLowerCase() !== b.device.toLowerCase()) return end
  const names = (rest: string): string[] => rest.split('\\').filter(Boolean)
  const [left, right] = [names(a.rest), names(b.rest)]
  let same = 0
  while (same < left.length && left[same]?.toLowerCase() === right[same]?.toLowerCase()) same++
  return [...left.slice(same).map(() => '..'), ...right.slice(same)].join('\\')
}

/** `path.win32`. @param cwd where relative paths begin */
export function win32For(cwd: () => string): Record<string, unknown> {
  return {
    sep: '\\',
    delimiter: ';',
    normalize,
    join,
    resolve: (...given: unknown[]) => resolve(cwd, given),
    relative: (from: unknown, to: unknown) => relativeOf(cwd, from, to),
    isAbsolute: (path: unknown) => partsOf(textOf(path)).isAbsolute,
    dirname,
    basename,
    extname,
    parse,
    format,
    toNamespacedPath: (path: unknown) => {
      if (typeof path !== 'string' || path === '') return path
      const whole = resolve(cwd, [path])
      if (/^[A-Za-z]:\\/.test(whole)) return `\\\\?\\${whole}`
      return /^\\\\[^?.]/.test(whole) ? `\\\\?\\UNC\\${whole.slice(2)}` : path
    },
  }
}
