import { asFunction, readEsm } from './esm-source'
import type { EsmSource } from './esm-transform'
import { evaluate, syntaxError } from './evaluate'

/** What a module's text tells the values of its names with. */
export type NameTellers = Readonly<Record<string, () => unknown>>

/** What an imported name leads to where it is written to: it can be read, as `??=` does, and nothing else. */
export const constant = (value: unknown): object => ({
  get value() {
    return value
  },
  set value(_) {
    throw new TypeError('Assignment to constant variable.')
  },
})

export const isGenerator = (value: unknown): value is { next(): unknown } => typeof value === 'object' && value !== null && 'next' in value

/** `import(…, { with: { type: 'json' } })`. */
export function asksForJson(options: unknown): boolean {
  const attributes: unknown = Reflect.get(Object(options), 'with')
  return Reflect.get(Object(attributes), 'type') === 'json'
}

/** @throws SyntaxError in the engine's own words, where it has some */
export function readSource(text: string, path: string): EsmSource {
  try {
    return readEsm(text, path)
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message.replace(/ \(\d+:\d+\)$/, '') : String(thrown)
    const [, name] = /^Export '(.*)' is not defined$/.exec(said) ?? []
    if (name !== undefined) throw syntaxError(path, `Export '${name}' is not defined in module`)
    const [, twice] = /^Duplicate export '(.*)'$/.exec(said) ?? []
    if (twice !== undefined) throw syntaxError(path, `Duplicate export of '${twice}'`)
    const strict = '"use strict";'
    evaluate(`(async function () {${strict}${asFunction(text, path)}\n})`, `file://${path}`, strict.length)
    throw syntaxError(path, said)
  }
}

/** @throws SyntaxError that names the file */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (thrown) {
    if (thrown instanceof Error) thrown.message = `${path}: ${thrown.message}`
    throw thrown
  }
}
