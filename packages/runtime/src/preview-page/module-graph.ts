import { parse } from 'es-module-lexer/js'

/** A module with the addresses of others in it made absolute, and what those are. */
export interface LinkedModule {
  readonly code: string
  /** Addresses at the page's own origin, whole. */
  readonly needs: readonly string[]
}

/**
 * Makes each specifier absolute, and `import.meta.url` the module's own address: the module will be loaded from a name that says nothing
 * about where it was. A text that cannot be read as a module comes back as it is, so that the browser says what is wrong with it.
 * @param resolve the address that a specifier means in this module, or undefined for one that is not here
 */
export function linkModule(code: string, url: string, resolve: (specifier: string, from: string) => string | undefined): LinkedModule {
  let found
  try {
    ;[found] = parse(code)
  } catch (thrown) {
    // The lexer throws for broken syntax only; the browser's own error for it is the better one.
    if (thrown instanceof Error) return { code, needs: [] }
    throw thrown
  }
  const needs: string[] = []
  let linked = ''
  let end = 0
  for (const entry of found) {
    if (entry.type === 'import-meta') {
      linked += `${code.slice(end, entry.importStart)}({ url: ${JSON.stringify(url)} })`
      end = entry.importEnd
      continue
    }
    const target = entry.specifier === undefined ? undefined : resolve(entry.specifier, url)
    if (target === undefined) continue
    needs.push(target)
    // With the quotes, whatever they are and wherever they are.
    const from = /["'`]/.test(code[entry.start] ?? '') ? entry.start : entry.start - 1
    const to = from === entry.start ? entry.end : entry.end + 1
    linked += code.slice(end, from) + JSON.stringify(target)
    end = to
  }
  return { code: linked + code.slice(end), needs }
}
