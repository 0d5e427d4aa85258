import { globMatcher } from '../../../language/glob'
import type { Call } from '../../command'
import type { Zone } from '../../dates/zones'
import { joinPath, lookFor, type Look } from '../../files/look'
import type { LatinOutput } from '../../text/latin-output'
import type { ZipEntry } from './zip-format'
import type { ZipWords } from './zip-options'

/** One run of zip. */
export interface Zip {
  readonly call: Call
  readonly words: ZipWords
  readonly zone: Zone
  readonly out: LatinOutput
  readonly isPiped: boolean
  /** Name of the archive's file. */
  readonly path: string
  readonly old: readonly ZipEntry[]
  readonly oldBytes: Uint8Array
  readonly comment: string
  code: number
  has(flag: string): boolean
}

/** Ends zip with its own words and code. */
export class ZipError extends Error {
  readonly code: number
  /** Said before it. */
  readonly warning: string

  constructor(message: string, code: number, warning = '') {
    super(message)
    this.code = code
    this.warning = warning
  }
}

/** zip talks on standard output, unless the archive goes there. */
export async function say({ out, call, isPiped }: Zip, text: string): Promise<void> {
  if (isPiped) await call.stderr.write(text)
  else out.putText(text)
}

/** Something that goes into the archive under a name. */
export interface Found {
  readonly name: string
  readonly path: string
  readonly look: Look | undefined
}

/** Names of the command line, and with `-r` all below them, as they will be in the archive. */
export class Gathering {
  readonly #zip: Zip
  readonly found = new Map<string, Found>()
  readonly unmatched: string[] = []
  readonly #keeps: (name: string) => boolean

  constructor(zip: Zip) {
    this.#zip = zip
    const { included, excluded } = zip.words
    const how = { extglob: false }
    const inside = included.map((pattern) => globMatcher(pattern, how))
    const outside = excluded.map((pattern) => globMatcher(pattern, how))
    this.#keeps = (name) =>
      (inside.length === 0 || inside.some((glob) => glob.matches(name))) && !outside.some((glob) => glob.matches(name))
  }

  add(given: string): void {
    if (given === '-') {
      this.found.set('-', { name: '-', path: '-', look: undefined })
      return
    }
    const look = lookFor(this.#zip.call, given, !this.#zip.has('y'))
    if (look === undefined) this.unmatched.push(given)
    else this.#take(given, look)
  }

  #take(path: string, look: Look): void {
    const { call } = this.#zip
    call.tick()
    const bare = path.replace(/(?<=.)\/+$/, '')
    if (look.type !== 'folder') {
      if (look.node !== undefined && look.node === lookFor(call, this.#zip.path)?.node && this.#zip.path !== '-') return
      return this.#put({ name: this.#nameOf(bare), path, look })
    }
    const name = this.#nameOf(bare)
    if (!this.#zip.has('D') && !this.#zip.has('j') && name !== '') this.#put({ name: `${name}/`, path, look })
    if (!this.#zip.has('r') || look.node?.type !== 'folder') return undefined
    for (const child of look.node.children.keys()) {
      const inner = bare === '.' ? child : joinPath(bare, child)
      const there = lookFor(call, inner, !this.#zip.has('y'))
      if (there !== undefined) this.#take(inner, there)
    }
    return undefined
  }

  #nameOf(path: string): string {
    if (this.#zip.has('j')) return path.slice(path.lastIndexOf('/') + 1)
    const name = path.replace(/^\/+/, '').replace(/^(?:\.\/+)+/, '')
    return name === '.' ? '' : name
  }

  #put(found: Found): void {
    if (!this.#keeps(found.name)) return
    const there = this.found.get(found.name)
    if (there !== undefined && there.path !== found.path) {
      throw new ZipError(
        'Invalid command arguments (cannot repeat names in zip file)',
        16,
        `\tzip warning:   first full name: ${there.path}\n                      second full name: ${found.path}\n                     name in zip file repeated: ${found.name}\n                     this may be a result of using -j\n`,
      )
    }
    this.found.set(found.name, found)
  }
}
