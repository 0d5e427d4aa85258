import { parse, type Node } from 'acorn'
import { boundIn, declaredBy, usesOf, type Use } from './esm-scopes'
import { eachChild, edited, field, listAt, nameOf, nodeAt, type Edit } from './syntax'

/** A static import as written. */
export interface StaticImport {
  readonly specifier: string
  /** Names that the other module must have; `default` among them. */
  readonly names: readonly string[]
  /** The names in their braces, where these stand on one line. */
  readonly braces: string | undefined
  /** `export * from`. */
  readonly isStar: boolean
  readonly isJson: boolean
}

/** An ES module turned into the body of a generator: see {@link transformed}. */
export interface EsmSource {
  /** What runs first, on the first line: it tells the names and waits for the module's turn. */
  readonly head: string
  readonly code: string
  readonly imports: readonly StaticImport[]
  readonly exports: readonly string[]
  /** Exported names that keep the value that they get. */
  readonly constants: ReadonlySet<string>
  /** Names that it gives on as another module has them: whose, and what they are called there. */
  readonly givenOn: ReadonlyMap<string, { readonly specifier: string; readonly name: string }>
}

/** What stands for an imported name: the other module's number, and its name there; undefined for the whole of it. */
interface Imported {
  readonly module: number
  readonly name: string | undefined
}

/** The module's own name for a default that has none. */
export const DEFAULT = '__d'

class Transformer {
  readonly #source: string
  readonly #edits: Edit[] = []
  readonly #specifiers: string[] = []
  readonly #imports: StaticImport[] = []
  readonly #imported = new Map<string, Imported>()
  /** Text that gives the value of each exported name. */
  readonly #exports = new Map<string, string>()
  /** Exported names by the module's own name for them. */
  readonly #locals = new Map<string, string>()
  readonly #givenOn = new Map<string, { readonly specifier: string; readonly name: string }>()

  constructor(source: string) {
    this.#source = source
  }

  run(program: Node): EsmSource {
    const statements = listAt(program, 'body')
    for (const statement of statements) this.#ask(statement)
    for (const statement of statements) if (statement.type === 'ImportDeclaration') this.#import(statement)
    for (const statement of statements) if (statement.type.startsWith('Export')) this.#export(statement)
    const written = this.#used(program)
    if (/\bimport\s*[.(/]/.test(this.#source)) this.#calls(program)
    const constants = [...this.#locals].filter(([, local]) => !written.has(local)).map(([name]) => name)
    return {
      head: this.#head(),
      code: edited(this.#source, this.#edits),
      imports: this.#imports,
      exports: [...this.#exports.keys()],
      constants: new Set(constants),
      givenOn: this.#givenOn,
    }
  }

  #head(): string {
    const names = [...this.#exports].map(([name, text]) => `${JSON.stringify(name)}:()=>${text}`)
    const asked = this.#specifiers.map((specifier, at) => `__${at}=__require(${JSON.stringify(specifier)})`).join()
    const [before, after] = asked === '' ? ['', ''] : [`let ${asked};`, `${asked};`]
    // What is no module yet is there only when its turn came.
    return `"use strict";${before}__export({__proto__:null,${names.join()}});yield;${after}`
  }

  /** The number of the module that a statement asks for. */
  #module(node: Node): number {
    return this.#specifiers.indexOf(specifierOf(node) ?? '')
  }

  /** Takes a statement away; its lines stay, and whatever stood before it ends. */
  #remove(from: number, to: number): void {
    this.#edits.push({ from, to, text: `;${this.#source.slice(from, to).replaceAll(/[^\n]/g, '')}` })
  }

  #ask(node: Node): void {
    const specifier = specifierOf(node)
    if (specifier === undefined) return
    if (!this.#specifiers.includes(specifier)) this.#specifiers.push(specifier)
    const names = listAt(node, 'specifiers').flatMap((one) => askedName(one) ?? [])
    const isJson = listAt(node, 'attributes').some((one) => isPair(one, 'type', 'json'))
    const isStar = node.type === 'ExportAllDeclaration' && nodeAt(node, 'exported') === undefined
    const braces = /\{.*?\}/.exec(this.#source.slice(node.start, node.end))?.[0]
    this.#imports.push({ specifier, names, braces, isStar, isJson })
  }

  #import(node: Node): void {
    const module = this.#module(node)
    for (const one of listAt(node, 'specifiers'))
      for (const local of boundIn(nodeAt(one, 'local'))) this.#imported.set(local, { module, name: askedName(one) })
    this.#remove(node.start, node.end)
  }

  #export(node: Node): void {
    if (node.type === 'ExportAllDeclaration') this.#exportAll(node)
    else if (node.type === 'ExportDefaultDeclaration') this.#exportDefault(node)
    else {
      const declaration = nodeAt(node, 'declaration')
      if (declaration === undefined) return this.#exportList(node)
      for (const name of declaredBy(declaration)) this.#exportLocal(name, name)
      this.#blank(node.start, declaration.start)
    }
  }

  /** Spaces, so that what follows stays in its column. */
  #blank(from: number, to: number): void {
    this.#edits.push({ from, to, text: this.#source.slice(from, to).replaceAll(/[^\n]/g, ' ') })
  }

  #exportLocal(name: string, local: string): void {
    this.#exports.set(name, local)
    this.#locals.set(name, local)
  }

  #exportAll(node: Node): void {
    const exported = nodeAt(node, 'exported')
    if (exported !== undefined) this.#exports.set(nameOf(exported), `__${this.#module(node)}`)
    this.#remove(node.start, node.end)
  }

  #exportDefault(node: Node): void {
    const value = nodeAt(node, 'declaration')
    if (value === undefined) return
    const isDeclaration = value.type === 'FunctionDeclaration' || value.type === 'ClassDeclaration'
    const [name] = isDeclaration ? boundIn(nodeAt(value, 'id')) : []
    this.#exportLocal('default', name ?? DEFAULT)
    const words = /^export(?:\s|\/\*[\s\S]*?\*\/)+default/.exec(this.#source.slice(node.start))?.[0].length ?? 0
    this.#blank(node.start, node.start + words)
    if (!isDeclaration) {
      this.#edits.push({ from: node.start + words, to: node.start + words, text: `const ${DEFAULT} =` })
      return
    }
    if (name !== undefined) return
    const at = value.type === 'ClassDeclaration' ? value.start + 'class'.length : this.#source.indexOf('(', value.start)
    this.#edits.push({ from: at, to: at, text: ` ${DEFAULT} ` })
  }

  #exportList(node: Node): void {
    const pairs = listAt(node, 'specifiers').map((one) => ({ local: nodeAt(one, 'local'), exported: nodeAt(one, 'exported') }))
    const names = pairs.flatMap(({ local, exported }) => (local && exported ? [[nameOf(local), nameOf(exported)] as const] : []))
    const module = this.#module(node)
    for (const [local, exported] of names) {
      const imported = module < 0 ? this.#imported.get(local) : { module, name: local }
      if (imported === undefined) this.#exportLocal(exported, local)
      else {
        this.#exports.set(exported, placeOf(imported))
        const specifier = this.#specifiers[imported.module]
        if (imported.name !== undefined && specifier !== undefined) this.#givenOn.set(exported, { specifier, name: imported.name })
      }
    }
    this.#remove(node.start, node.end)
  }

  /** Puts in what stands for imported names, and gives those that are written to. */
  #used(program: Node): ReadonlySet<string> {
    const written = new Set<string>()
    const wanted = new Set([...this.#imported.keys(), ...this.#locals.values()])
    for (const use of wanted.size === 0 ? [] : usesOf(program, wanted)) {
      const name = nameOf(use.node)
      const imported = this.#imported.get(name)
      if (imported !== undefined) this.#edits.push(editOf(use, imported))
      else if (use.isWritten) written.add(name)
    }
    return written
  }

  /** `import(` and `import.meta` have no meaning inside a function: they become names of ours. */
  #calls(node: Node): void {
    if (node.type === 'ImportExpression') this.#edits.push({ from: node.start, to: node.start + 'import'.length, text: '__import' })
    else if (node.type === 'MetaProperty' && /^import\b/.test(this.#source.slice(node.start, node.end)))
      this.#edits.push({ from: node.start, to: node.end, text: '__meta' })
    eachChild(node, (child) => this.#calls(child))
  }
}

const placeOf = ({ module, name }: Imported): string => `__${module}${name === undefined ? '' : member(name)}`
const member = (name: string): string => (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)

function isPair(attribute: Node, key: string, value: string): boolean {
  const [at, said] = [nodeAt(attribute, 'key'), nodeAt(attribute, 'value')]
  return at !== undefined && said !== undefined && nameOf(at) === key && nameOf(said) === value
}

/** The name that is asked of the other module; undefined for all of it. */
function askedName(specifier: Node): string | undefined {
  if (specifier.type === 'ImportNamespaceSpecifier') return undefined
  const asked = nodeAt(specifier, specifier.type === 'ExportSpecifier' ? 'local' : 'imported')
  return asked === undefined ? 'default' : nameOf(asked)
}

function specifierOf(statement: Node): string | undefined {
  const source = nodeAt(statement, 'source')
  return source === undefined ? undefined : nameOf(source)
}

function editOf({ node, parent, isWritten, isFirst }: Use, imported: Imported): Edit {
  const [from, to] = [node.start, node.end]
  const place = placeOf(imported)
  if (isWritten) return { from, to, text: `__require.constant(${place}).value` }
  if (parent.type === 'Property' && field(parent, 'shorthand') === true) return { from, to, text: `${nameOf(node)}: ${place}` }
  // Called as a member it would get the module as its `this`.
  const isCalled = field(parent, 'callee') === node && parent.type === 'CallExpression'
  if (!(isCalled || field(parent, 'tag') === node) || imported.name === undefined) return { from, to, text: place }
  return { from, to, text: `${isFirst ? ';' : ''}(0,${place})` }
}

/**
 * Turns an ES module into the body of a generator: up to its first `yield` it tells its names and makes its functions, behind it it runs.
 * Imported names are read where they stand, lines stay where they are.
 * @throws SyntaxError in the words of the parser
 */
export function transformed(source: string): EsmSource {
  return new Transformer(source).run(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }))
}
