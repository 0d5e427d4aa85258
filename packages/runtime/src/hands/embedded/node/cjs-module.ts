import { parentName } from '../../../shell/tree/tree-node'

/** A CommonJS module as programs see it; the class is the module `module`. */
export class CjsModule {
  id: string
  path: string
  exports: unknown = {}
  filename: string
  loaded = false
  children: CjsModule[] = []
  paths: string[]
  declare require: unknown
  declare parent: CjsModule | undefined

  constructor(path: string, parent: CjsModule | undefined) {
    this.id = path
    this.path = parentName(path)
    this.filename = path
    this.paths = packageFolders(this.path)
    for (const [name, value] of Object.entries({ parent, require: undefined }))
      Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

/** Folders in which packages are looked for, from the nearest. */
export function packageFolders(folder: string): string[] {
  const names = folder.split('/').filter(Boolean)
  const upwards = [...names.keys(), names.length].toReversed().map((depth) => names.slice(0, depth))
  return upwards.filter((way) => way.at(-1) !== 'node_modules').map((way) => ['', ...way, 'node_modules'].join('/'))
}

/** Programs look which there are; what they put there is not asked. */
export const EXTENSIONS = Object.fromEntries(['.js', '.json', '.node'].map((name) => [name, () => undefined]))

/** Tells of names that are asked of a module that is still loading and has them not yet. */
export class Circular {
  readonly #proxy: object
  readonly #told = new Set<PropertyKey>()

  constructor(warn: (text: string) => void) {
    this.#proxy = new Proxy(Object.prototype, {
      get: (target, name, receiver) => {
        if (name in target || name === '__esModule' || typeof name === 'symbol') return Reflect.get(target, name, receiver)
        if (!this.#told.has(name)) {
          this.#told.add(name)
          warn(`Accessing non-existent property '${name}' of module exports inside circular dependency`)
        }
        return undefined
      },
    })
  }

  /** Begins to watch a module's exports, while it loads. */
  watch({ exports, loaded }: CjsModule): void {
    if (loaded || typeof exports !== 'object' || exports === null || Object.getPrototypeOf(exports) !== Object.prototype) return
    if (!Object.hasOwn(exports, '__esModule')) Object.setPrototypeOf(exports, this.#proxy)
  }

  /** It is loaded: what it has not it will not have. */
  settle({ exports }: CjsModule): void {
    if (typeof exports === 'object' && exports !== null && Object.getPrototypeOf(exports) === this.#proxy)
      Object.setPrototypeOf(exports, Object.prototype)
  }
}
