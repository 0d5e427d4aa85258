import type { Node } from 'acorn'
import { eachChild, field, isFunction, listAt, nameOf, nodeAt } from './syntax'

/** Names that a part of a file declares for itself: the names of the module around it are not seen there. */
export type Scopes = ReadonlyMap<Node, ReadonlySet<string>>

/** Names that a pattern binds. */
export function* boundIn(pattern: Node | undefined): Generator<string, void> {
  if (pattern === undefined) return
  if (pattern.type === 'Identifier') yield nameOf(pattern)
  else if (pattern.type === 'AssignmentPattern') yield* boundIn(nodeAt(pattern, 'left'))
  else if (pattern.type === 'RestElement') yield* boundIn(nodeAt(pattern, 'argument'))
  else if (pattern.type === 'Property') yield* boundIn(nodeAt(pattern, 'value'))
  else for (const part of listAt(pattern, pattern.type === 'ArrayPattern' ? 'elements' : 'properties')) yield* boundIn(part)
}

/** Names that a statement declares. */
export function* declaredBy(node: Node): Generator<string, void> {
  if (node.type === 'VariableDeclaration') for (const one of listAt(node, 'declarations')) yield* boundIn(nodeAt(one, 'id'))
  else if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') yield* boundIn(nodeAt(node, 'id'))
}

const BLOCKS = new Set([
  'BlockStatement',
  'StaticBlock',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
])

class Collector {
  readonly scopes = new Map<Node, Set<string>>()
  readonly #wanted: ReadonlySet<string>

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted
  }

  /** @param home the function, or the block, whose names `var` and declarations become; undefined at the module's own level */
  walk(node: Node, home: { readonly block: Node | undefined; readonly func: Node | undefined }): void {
    if (isFunction(node)) {
      this.#function(node)
      const within = { block: node, func: node }
      eachChild(node, (child) => this.walk(child, within))
      return
    }
    if (node.type === 'VariableDeclaration') this.#add(field(node, 'kind') === 'var' ? home.func : home.block, declaredBy(node))
    if (node.type === 'ClassDeclaration') this.#add(home.block, declaredBy(node))
    // A function's or a class's name is declared around it, its own inside.
    if (node.type === 'ClassExpression') this.#add(node, boundIn(nodeAt(node, 'id')))
    if (node.type === 'CatchClause') this.#add(node, boundIn(nodeAt(node, 'param')))
    const inside = BLOCKS.has(node.type) ? { block: node, func: node.type === 'StaticBlock' ? node : home.func } : home
    eachChild(node, (child) => {
      if (child.type === 'FunctionDeclaration') this.#add(inside.block, boundIn(nodeAt(child, 'id')))
      this.walk(child, inside)
    })
  }

  #function(node: Node): void {
    for (const parameter of listAt(node, 'params')) this.#add(node, boundIn(parameter))
    if (node.type === 'FunctionExpression') this.#add(node, boundIn(nodeAt(node, 'id')))
  }

  #add(scope: Node | undefined, names: Iterable<string>): void {
    if (scope === undefined) return
    for (const name of names) {
      if (!this.#wanted.has(name)) continue
      const own = this.scopes.get(scope) ?? new Set()
      this.scopes.set(scope, own.add(name))
    }
  }
}

/** Where in a module some of its names mean something else. */
export function scopesOf(program: Node, wanted: ReadonlySet<string>): Scopes {
  const collector = new Collector(wanted)
  collector.walk(program, { block: undefined, func: undefined })
  return collector.scopes
}

/** A place where a name of the module itself is used. */
export interface Use {
  readonly node: Node
  readonly parent: Node
  readonly isWritten: boolean
  /** A statement of a list begins with it: a bracket there would belong to the line before. */
  readonly isFirst: boolean
}

const LISTS = new Set(['Program', 'BlockStatement', 'StaticBlock', 'SwitchCase'])
const LABELS = new Set(['LabeledStatement', 'BreakStatement', 'ContinueStatement'])
const OUTSIDE = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'ExportSpecifier', 'MetaProperty'])

/** A name that is no variable: `a.name`, `{ name: 1 }`, a method, a label. */
function isNoVariable(node: Node, parent: Node): boolean {
  if (LABELS.has(parent.type)) return field(parent, 'label') === node
  const at = parent.type === 'MemberExpression' ? field(parent, 'property') : field(parent, 'key')
  return at === node && field(parent, 'computed') !== true && field(parent, 'shorthand') !== true
}

class Finder {
  readonly uses: Use[] = []
  readonly #wanted: ReadonlySet<string>
  readonly #scopes: Scopes
  readonly #hidden = new Map<string, number>()
  /** Where the statement of a list begins that was met last. */
  #statement = -1

  constructor(wanted: ReadonlySet<string>, scopes: Scopes) {
    this.#wanted = wanted
    this.#scopes = scopes
  }

  walk(node: Node, parent: Node, isTarget: boolean): void {
    if (node.type === 'Identifier') return this.#named(node, parent, isTarget)
    if (OUTSIDE.has(node.type)) return
    const own = this.#scopes.get(node)
    this.#hide(own, 1)
    const isShort = node.type === 'Property' && field(node, 'shorthand') === true
    const isList = LISTS.has(node.type)
    eachChild(node, (child, key) => {
      if (isList) this.#statement = child.start
      // The same name stands twice in the tree where it stands once in the text.
      if (!isShort || key !== 'key') this.walk(child, node, isWritten(node, key, isTarget))
    })
    this.#hide(own, -1)
  }

  #hide(names: ReadonlySet<string> | undefined, by: number): void {
    if (names === undefined) return
    for (const name of names) this.#hidden.set(name, (this.#hidden.get(name) ?? 0) + by)
  }

  #named(node: Node, parent: Node, isTarget: boolean): void {
    const name = nameOf(node)
    if (!this.#wanted.has(name) || (this.#hidden.get(name) ?? 0) > 0 || isNoVariable(node, parent)) return
    this.uses.push({ node, parent, isWritten: isTarget, isFirst: this.#statement === node.start })
  }
}

const PATTERNS = new Set(['ArrayPattern', 'ObjectPattern', 'RestElement'])

/** Whether what stands there is written to: the left side of an assignment, and what a pattern there leads to. */
function isWritten(node: Node, key: string, isTarget: boolean): boolean {
  if (node.type === 'AssignmentExpression' || node.type === 'ForInStatement' || node.type === 'ForOfStatement') return key === 'left'
  if (node.type === 'UpdateExpression') return true
  if (node.type === 'AssignmentPattern') return isTarget && key === 'left'
  if (node.type === 'Property') return isTarget && key === 'value'
  return isTarget && PATTERNS.has(node.type)
}

/** All places where some of a module's own names are used, but for its imports and lists of exports. */
export function usesOf(program: Node, wanted: ReadonlySet<string>): readonly Use[] {
  const finder = new Finder(wanted, scopesOf(program, wanted))
  finder.walk(program, program, false)
  return finder.uses
}
