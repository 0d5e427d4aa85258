import path from 'path-browserify'
import { invalidArgument } from './context'

/** Functions of paths, and how many of their arguments are paths. */
const PATHS: Readonly<Record<string, number>> = {
  join: Infinity,
  resolve: Infinity,
  normalize: 1,
  isAbsolute: 1,
  dirname: 1,
  basename: 1,
  extname: 1,
  parse: 1,
}

/** `path`: the library, with Node's words for what is no path. */
export function pathModule(win32: Record<string, unknown>): Record<string, unknown> {
  const posix: Record<string, unknown> = { ...path, toNamespacedPath: (given: unknown) => given }
  for (const [name, count] of Object.entries(PATHS)) {
    const work: unknown = Reflect.get(path, name)
    if (typeof work !== 'function') continue
    posix[name] = (...given: unknown[]): unknown => {
      for (const one of given.slice(0, count)) if (typeof one !== 'string') throw invalidArgument('path', 'of type string', one)
      if (count === 1 && given.length === 0) throw invalidArgument('path', 'of type string', undefined)
      return Reflect.apply(work, path, given)
    }
    Object.defineProperty(posix[name], 'name', { value: name })
  }
  Object.assign(win32, { win32, posix })
  return Object.assign(posix, { posix, win32 })
}
