import { callerFile } from './evaluate'
import { withDynamicImports } from './esm-source'

/** What `import()` is in a file. */
export type ImporterOf = (from: string) => (specifier: unknown, options?: unknown) => Promise<unknown>

/**
 * From now on `import()` works in functions that a program makes of text, as in the file that makes them. Programs do this to keep a transpiler from
 * making a `require` of it.
 * @param cwd where the text belongs that no file of the program made
 */
export function importsInFunctions(importerOf: ImporterOf, cwd: () => string): void {
  const make = (made: () => unknown, target: typeof Function, args: readonly unknown[]): unknown => {
    const words = args.map(String)
    const body = words.pop() ?? ''
    if (!/\bimport\s*\(/.test(body)) return made()
    // What cannot be read fails here, in the engine's words.
    made()
    const text = `return function anonymous(${words.join()}\n) {\n${withDynamicImports(body)}\n}`
    return Reflect.apply(new target('__import', text), undefined, [importerOf(callerFile() ?? `${cwd()}/[eval]`)])
  }
  const own = new Proxy(Function, {
    apply: (target, self, args) => make(() => Reflect.apply(target, self, args), target, args),
    construct: (target, args, subclass) => Object(make(() => Reflect.construct(target, args, subclass), target, args)),
  })
  Object.defineProperty(Function.prototype, 'constructor', { value: own, writable: true, configurable: true, enumerable: false })
  Object.defineProperty(globalThis, 'Function', { value: own, writable: true, configurable: true, enumerable: false })
}
