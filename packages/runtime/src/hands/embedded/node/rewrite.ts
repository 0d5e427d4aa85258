import { parse, type Node } from 'acorn'
import { childrenOf, eachChild, field, isFunction, isNode, nodeAt } from './syntax'

interface Edit {
  readonly at: number
  readonly text: string
  /** At one place ends come first, the innermost before the others; then beginnings, the outermost first. */
  readonly order: number
}

/** What is to be put into a file's text. */
export interface Wanted {
  /** Calls that carry contexts over `await`. */
  readonly contexts: boolean
  /** Calls that remember where a value that is no error is thrown: it has no stack that would say so. */
  readonly throws: boolean
}

/** Values that are thrown as they stand. */
const VALUES = new Set(['Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression', 'BinaryExpression', 'ArrowFunctionExpression'])

/** Whether a function waits in a way that an exception or a loop may lead out of. */
function needsName(node: Node): boolean {
  for (const child of childrenOf(node)) {
    if (isFunction(child)) continue
    if (child.type === 'TryStatement' || (child.type === 'ForOfStatement' && field(child, 'await') === true) || needsName(child))
      return true
  }
  return false
}

/** Where the statements of a body begin, behind its directives. */
function bodyStart(body: Node): number {
  const list = field(body, 'body')
  let at = body.type === 'Program' ? 0 : body.start + 1
  for (const one of Array.isArray(list) ? list : []) {
    if (!isNode(one) || typeof field(one, 'directive') !== 'string') break
    at = one.end
  }
  return at
}

class Rewriter {
  readonly edits: Edit[] = []
  readonly #wanted: Wanted

  constructor(wanted: Wanted) {
    this.#wanted = wanted
  }

  /** @param isNamed whether the function around has a variable for its context */
  walk(node: Node, isNamed: boolean): void {
    if (this.#wanted.throws && node.type === 'ThrowStatement') this.#thrown(node)
    let named = isNamed
    if (this.#wanted.contexts) {
      if (isFunction(node)) named = this.#entered(node)
      this.#waited(node, named)
    }
    eachChild(node, (child) => this.walk(child, named))
  }

  program(node: Node): void {
    const named = this.#wanted.contexts && needsName(node)
    if (named) this.#put(bodyStart(node), ';let __frame=__save();')
    this.walk(node, named)
  }

  #put(at: number, text: string): void {
    this.edits.push({ at, text, order: this.edits.length + 1 })
  }

  #close(at: number, text: string): void {
    this.edits.push({ at, text, order: -this.edits.length - 1 })
  }

  #thrown(node: Node): void {
    const value = nodeAt(node, 'argument')
    if (value === undefined || !(VALUES.has(value.type) || (value.type === 'Identifier' && field(value, 'name') === 'undefined'))) return
    // Where nothing is between, the word would grow.
    this.#put(value.start, value.start > node.start + 'throw'.length ? '__thrown(' : ' __thrown(')
    this.#close(value.end, ')')
  }

  #entered(node: Node): boolean {
    const body = nodeAt(node, 'body')
    if (field(node, 'async') !== true || body?.type !== 'BlockStatement' || !needsName(body)) return false
    this.#put(bodyStart(body), ';let __frame=__save();')
    return true
  }

  #waited(node: Node, isNamed: boolean): void {
    if (node.type === 'AwaitExpression') {
      this.#put(node.start, isNamed ? '__restore(__frame=__save(),' : '__restore(__save(),')
      this.#close(node.end, ')')
      return
    }
    if (!isNamed) return
    const body = node.type === 'CatchClause' ? nodeAt(node, 'body') : node.type === 'TryStatement' ? nodeAt(node, 'finalizer') : undefined
    if (body !== undefined) this.#put(body.start + 1, '__restore(__frame);')
    if (node.type === 'ForOfStatement' && field(node, 'await') === true) this.#looped(node)
  }

  /** Each turn of `for await` begins behind a wait, and so does what follows it. */
  #looped(node: Node): void {
    const body = nodeAt(node, 'body')
    const right = nodeAt(node, 'right')
    if (body === undefined || right === undefined) return
    this.#put(right.start, '(__frame=__save(),')
    this.#close(right.end, ')')
    if (body.type === 'BlockStatement') this.#put(body.start + 1, '__restore(__frame);')
    else {
      this.#put(body.start, '{__restore(__frame);')
      this.#close(body.end, '}')
    }
  }
}

/**
 * Text of a script, or of the body of an async function, with the wanted calls in it; lines stay where they are.
 * What cannot be read is left as it is: the engine says what is wrong with it.
 */
export function rewritten(source: string, wanted: Wanted): string {
  let program: Node
  try {
    program = parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowSuperOutsideMethod: true,
    })
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return source
    throw thrown
  }
  const rewriter = new Rewriter(wanted)
  rewriter.program(program)
  let [out, from] = ['', 0]
  for (const { at, text } of rewriter.edits.toSorted((a, b) => a.at - b.at || a.order - b.order)) {
    out += source.slice(from, at) + text
    from = at
  }
  return out + source.slice(from)
}

/** Whether values that are no errors are thrown somewhere in it, as far as can be seen without reading it. */
export const throwsValues = (source: string): boolean => /\bthrow\s*(?:['"`{[\d(-]|(?:null|undefined|true|false)\b)/.test(source)
