import { parse } from 'cjs-module-lexer'

/** Reads a CommonJS file, and says what it leads to. */
export interface CjsSources {
  /** The text without types. */
  read(path: string): string
  /** @throws where it leads to nothing */
  resolve(specifier: string, from: string): string
}

/** Names that a file gives and whose it gives on. */
interface Said {
  readonly exports: readonly string[]
  readonly reexports: readonly string[]
}

const NOTHING: Said = { exports: [], reexports: [] }

/**
 * Names that `import { a }` finds in CommonJS modules: known from their text, before any of them runs, by the lexer that Node has too.
 * What only a run would tell is no name.
 */
export class CjsNames {
  readonly #sources: CjsSources
  readonly #known = new Map<string, Set<string>>()

  constructor(sources: CjsSources) {
    this.#sources = sources
  }

  of(path: string): ReadonlySet<string> {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    const names = new Set<string>()
    // Known before what it gives on is, or a cycle would never end.
    this.#known.set(path, names)
    const { exports, reexports } = this.#said(path)
    for (const name of exports) names.add(name)
    for (const specifier of reexports) for (const name of this.#givenOn(specifier, path)) names.add(name)
    names.add('default')
    return names
  }

  #said(path: string): Said {
    if (!/\.[cm]?[jt]s$/.test(path) && /\.[^/]+$/.test(path)) return NOTHING
    return lexed(this.#sources.read(path))
  }

  #givenOn(specifier: string, from: string): Iterable<string> {
    let path: string
    try {
      path = this.#sources.resolve(specifier, from)
    } catch (thrown) {
      // Whoever asks for it at run time hears that it is not there.
      if (thrown instanceof Error) return []
      throw thrown
    }
    return path.startsWith('/') ? this.of(path) : []
  }
}

/** What cannot be read has no names; the run of it says what is wrong. */
function lexed(text: string): Said {
  try {
    return parse(text)
  } catch (thrown) {
    if (thrown instanceof Error) return NOTHING
    throw thrown
  }
}
