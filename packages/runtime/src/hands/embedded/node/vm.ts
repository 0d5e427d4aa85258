import { parse, type Node } from 'acorn'
import { resolvePath } from '../../../shell/tree/tree-node'
import { invalidArgument, received, unsupported, type World } from './context'
import { evaluate } from './evaluate'
import type { Modules } from './modules'

type Options = Readonly<Record<string, unknown>>

/** Names of the language itself: code in a context of its own has them, and nothing else of the program's. */
const LANGUAGE = new Set(
  (
    'Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError ' +
    'EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON Math Intl ArrayBuffer Atomics Uint8Array Int8Array Uint16Array ' +
    'Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set ' +
    'WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry SharedArrayBuffer decodeURI decodeURIComponent encodeURI encodeURIComponent ' +
    'escape unescape eval isFinite isNaN WebAssembly'
  ).split(' '),
)

const contexts = new WeakSet<object>()

const optionsOf = (given: unknown): Options => (typeof given === 'string' ? { filename: given } : Object(given ?? {}))

const filenameOf = ({ filename }: Options, fallback: string): string => (typeof filename === 'string' ? filename : fallback)

function refuse(options: Options): void {
  for (const name of ['timeout', 'breakOnSigint', 'microtaskMode', 'cachedData', 'importModuleDynamically'])
    if (options[name] !== undefined && options[name] !== false)
      throw unsupported('vm', `the option ${name} is missing: code runs in the program's own thread to its end`)
}

/** Parses without running. @throws SyntaxError in the engine's words */
function checked(code: string, filename: string): void {
  // Within a function, so that nothing of it is declared; what is thrown first keeps it from running.
  const stop = {}
  const strict = /^\s*(['"])use strict\1/.exec(code) === null ? '' : '"use strict";'
  try {
    Reflect.apply(Object(evaluate('(function (code, stop) {return eval(code)\n})', filename)), undefined, [
      `${strict}throw stop;${code}`,
      stop,
    ])
  } catch (thrown) {
    if (thrown !== stop) throw thrown
  }
}

const field = (node: unknown, name: string): unknown => Reflect.get(Object(node), name)

/** Names that code declares at its top, or gives a value without declaring them: in a context they become its properties. */
function namesOf(code: string): { readonly names: readonly string[]; readonly functions: readonly string[] } {
  const names = new Set<string>()
  const functions: string[] = []
  const bind = (target: unknown): void => {
    if (field(target, 'type') === 'Identifier') names.add(String(field(target, 'name')))
    else if (field(target, 'type') === 'AssignmentPattern') bind(field(target, 'left'))
    else
      for (const one of [field(target, 'properties'), field(target, 'elements')].flat())
        bind(field(one, 'value') ?? field(one, 'argument') ?? one)
  }
  const walk = (node: unknown, isTop: boolean): void => {
    const type = field(node, 'type')
    if (typeof type !== 'string') return
    if (isTop && type === 'VariableDeclaration' && field(node, 'kind') === 'var')
      for (const one of [field(node, 'declarations')].flat()) bind(field(one, 'id'))
    if (type === 'AssignmentExpression') bind(field(node, 'left'))
    if (isTop && type === 'FunctionDeclaration') functions.push(String(field(field(node, 'id'), 'name')))
    const inner = isTop && !/Function/.test(type)
    for (const value of Object.values(Object(node))) for (const one of [value].flat()) if (typeof one === 'object') walk(one, inner)
  }
  let program: Node
  try {
    program = parse(code, { ecmaVersion: 'latest', sourceType: 'script' })
  } catch (thrown) {
    // The engine says what is wrong with it.
    if (thrown instanceof SyntaxError) return { names: [], functions: [] }
    throw thrown
  }
  walk(program, true)
  return { names: [...names], functions }
}

/** Runs code whose free names are the properties of an object. The language's own objects are the program's, not others as in a real context. */
function runIn(box: object, code: string, filename: string): unknown {
  const { names, functions } = namesOf(code)
  const known = new Set([...names, ...functions])
  const scope = new Proxy(box, {
    has: (target, name) => {
      if (typeof name !== 'string' || name === 'eval') return false
      // What the program has and the context has not is not there; what neither has is the engine's to name.
      return known.has(name) || name in target || name === 'globalThis' || (!LANGUAGE.has(name) && name in globalThis)
    },
    get: (target, name) => {
      if (name === Symbol.unscopables) return undefined
      if (name === 'globalThis' && !(name in target)) return target
      return Reflect.get(target, name)
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  })
  const run = evaluate(`(function (__scope, __code) {with (__scope) return eval(__code)\n})`, filename)
  const text = functions.length === 0 ? code : withFunctions(code, functions)
  return Reflect.apply(Object(run), box, [scope, text])
}

/** Functions that are declared at the top are put into the context before anything runs. */
function withFunctions(code: string, functions: readonly string[]): string {
  return `${functions.map((name) => `this[${JSON.stringify(name)}]=${name};`).join('')}${code}`
}

function contextOf(box: unknown): object {
  if (typeof box !== 'object' || box === null || !contexts.has(box))
    throw Object.assign(new TypeError(`The "contextifiedObject" argument must be an vm.Context. Received ${received(box)}`), {
      code: 'ERR_INVALID_ARG_TYPE',
    })
  return box
}

function createContext(box: unknown = {}): object {
  if (typeof box !== 'object' || box === null) throw invalidArgument('contextObject', 'of type object', box)
  contexts.add(box)
  return box
}

class Script {
  readonly #code: string
  readonly #filename: string

  constructor(code: unknown, given?: unknown) {
    const options = optionsOf(given)
    refuse(options)
    this.#code = String(code)
    this.#filename = filenameOf(options, 'evalmachine.<anonymous>')
    checked(this.#code, this.#filename)
  }

  runInThisContext(options?: unknown): unknown {
    refuse(optionsOf(options))
    return evaluate(this.#code, this.#filename)
  }

  runInContext(box: unknown, options?: unknown): unknown {
    refuse(optionsOf(options))
    return runIn(contextOf(box), this.#code, this.#filename)
  }

  runInNewContext(box?: unknown, options?: unknown): unknown {
    return this.runInContext(createContext(box), options)
  }

  createCachedData(): never {
    throw unsupported('vm', 'cached data is missing')
  }
}

/** `vm`: scripts in this context, and in contexts whose global names are an object's. */
export function vmFor(world: World, modules: () => Modules): Record<string, unknown> {
  const missing = (name: string) =>
    class {
      constructor() {
        throw unsupported('vm', `${name} is missing`)
      }
    }
  return {
    Script,
    createContext,
    isContext: (box: unknown) => {
      if (typeof box !== 'object' || box === null) throw invalidArgument('object', 'of type object', box)
      return contexts.has(box)
    },
    createScript: (code: unknown, options?: unknown) => new Script(code, options),
    runInThisContext: (code: unknown, options?: unknown) => new Script(code, options).runInThisContext(),
    runInContext: (code: unknown, box: unknown, options?: unknown) => new Script(code, options).runInContext(box),
    runInNewContext: (code: unknown, box?: unknown, options?: unknown) => new Script(code, options).runInNewContext(box),
    compileFunction: (code: unknown, params: unknown = [], given?: unknown) => {
      const options = optionsOf(given)
      refuse(options)
      if (options['parsingContext'] !== undefined || options['contextExtensions'] !== undefined)
        throw unsupported('vm', 'compileFunction in another context is missing')
      const names = Array.isArray(params) ? params.map(String) : []
      return evaluate(`(function (${names.join(',')}) {${String(code)}\n})`, filenameOf(options, '[function]'))
    },
    SourceTextModule: missing('SourceTextModule'),
    SyntheticModule: missing('SyntheticModule'),
    measureMemory: () => {
      throw unsupported('vm', 'measureMemory is missing')
    },
    checkFile: (file: string) => modules().check(resolvePath(world.cwd, file)),
  }
}
