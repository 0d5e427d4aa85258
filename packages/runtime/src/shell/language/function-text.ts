import type { Command, CommandNode, CompoundList, PipelineNode, Redirection, Statement, TestCommand, TestExpression } from 'unbash'
import { assertNever } from '@tabwright/protocol'
import type { ShellFunction } from './state/shell-state'

/** A function as `declare -f` writes it: in bash's own layout, so that it can be read in again. */
export function functionText(own: ShellFunction): string {
  return new Writer(own.source.text).definition(own.name, own.body) + '\n'
}

const STEP = 4

class Writer {
  readonly #source: string
  #indent = 0
  #documents: string[] = []

  constructor(source: string) {
    this.#source = source
  }

  definition(name: string, body: CommandNode): string {
    const pad = ' '.repeat(this.#indent)
    const inner = body.type === 'Redirected' ? body.command : body
    const after = body.type === 'Redirected' ? this.#redirections(body.redirects) : ''
    const list =
      inner.type === 'BraceGroup' ? this.#block(inner.body) : this.#deeper(() => `${' '.repeat(this.#indent)}${this.#command(inner)}`)
    return `${name} () \n${pad}{ \n${list}\n${pad}}${after}`
  }

  command(node: Command): string {
    const text = this.#command(node)
    return this.#documents.length === 0 ? text : `${text}\n${this.#documents.join('')}`
  }

  #deeper(write: () => string): string {
    this.#indent += STEP
    const text = write()
    this.#indent -= STEP
    return text
  }

  #block(list: CompoundList): string {
    return this.#deeper(() => this.#statements(list.commands))
  }

  /** Statements one below the other, what follows a `&` beside it; all but the last end in `;` or `&`. */
  #statements(statements: readonly Statement[]): string {
    const pad = ' '.repeat(this.#indent)
    let out = ''
    for (const [i, statement] of statements.entries()) {
      const before = i === 0 ? pad : statements[i - 1]?.background === undefined ? `\n${pad}` : ' '
      const text = before + this.#statement(statement)
      const documents = this.#documents.join('')
      this.#documents = []
      out += text
      if (documents !== '') out += `\n${documents}`
      else if (i < statements.length - 1 && !statement.background) out += ';'
    }
    return out
  }

  #statement(statement: Statement): string {
    const { command } = statement
    const text =
      command.type === 'AndOr'
        ? command.commands.map((part, i) => (i === 0 ? '' : ` ${command.operators[i - 1] ?? ''} `) + this.#pipeline(part)).join('')
        : this.#pipeline(command)
    return statement.background ? `${text} &` : text
  }

  #pipeline(node: PipelineNode): string {
    if (node.type !== 'Pipeline') return this.#command(node)
    const prefix = node.prefixes.map((one) => (one.type === 'Negation' ? '! ' : one.posix === undefined ? 'time ' : 'time -p ')).join('')
    return (
      prefix +
      node.commands.map((one, i) => (i === 0 ? '' : node.operators[i - 1] === '|&' ? ' 2>&1 | ' : ' | ') + this.#command(one)).join('')
    )
  }

  #slice(node: { readonly pos: number; readonly end: number }): string {
    return this.#source.slice(node.pos, node.end)
  }

  #redirections(redirects: readonly Redirection[]): string {
    return redirects.map((one) => ` ${this.#redirection(one)}`).join('')
  }

  #redirection(one: Redirection): string {
    const descriptor =
      one.descriptor === undefined
        ? ''
        : one.descriptor.type === 'FileDescriptor'
          ? String(one.descriptor.value)
          : `{${one.descriptor.name}}`
    if (one.type === 'HereDoc') {
      this.#documents.push(`${one.body.text}${one.delimiter?.value ?? ''}\n`)
      return `${descriptor}${one.operator}${one.delimiter?.text ?? ''}`
    }
    const target = one.target?.text ?? ''
    if (one.type === 'HereString') return `${descriptor}<<< ${target}`
    if (one.operator === '>&' || one.operator === '<&') {
      const isFile = one.operator === '>&' && !/^(?:\d+-?|-)$/.test(target) && descriptor === ''
      return isFile ? `&> ${target}` : `${descriptor === '' ? (one.operator === '>&' ? '1' : '0') : descriptor}${one.operator}${target}`
    }
    return `${descriptor}${one.operator} ${target}`
  }

  #command(node: CommandNode): string {
    switch (node.type) {
      case 'Command': {
        const words = [
          ...node.prefix.filter((one) => one.type === 'Assignment'),
          ...(node.name === undefined ? [] : [node.name]),
          ...node.args,
        ]
        return (words.map((word) => plainText(word.text)).join(' ') + this.#redirections(node.redirects)).trimStart()
      }
      case 'Redirected':
        return this.#command(node.command) + this.#redirections(node.redirects)
      case 'Function':
        return node.body.type === 'CompoundList' ? this.#slice(node) : `function ${this.definition(node.name.text, node.body)}`
      case 'Coproc':
        return node.body.type === 'CompoundList' ? this.#slice(node) : `coproc ${node.name?.text ?? 'COPROC'} ${this.#command(node.body)}`
      default:
        return this.#compound(node)
    }
  }

  #compound(node: Exclude<CommandNode, { type: 'Command' | 'Redirected' | 'Function' | 'Coproc' }>): string {
    const pad = ' '.repeat(this.#indent)
    switch (node.type) {
      case 'If':
        return this.#ifChain(node, 0)
      case 'While':
        return `${node.kind} ${this.#inline(node.clause)}; do\n${this.#block(node.body)};\n${pad}done`
      case 'For':
      case 'Select': {
        const words = node.wordlist === undefined ? '' : ` in ${node.wordlist.map((word) => word.text).join(' ')}`
        return `${node.type === 'For' ? 'for' : 'select'} ${node.name.text}${words === '' ? ' in "$@"' : words};\n${pad}do\n${this.#block(node.body)};\n${pad}done`
      }
      case 'ArithmeticFor': {
        const part = (one: typeof node.test): string => (one === undefined ? '1' : this.#slice(one))
        return `for ((${part(node.initialize)}; ${part(node.test)}; ${part(node.update)}))\n${pad}do\n${this.#block(node.body)};\n${pad}done`
      }
      case 'Case': {
        const items = this.#deeper(() =>
          node.items
            .map((item) => {
              const inner = ' '.repeat(this.#indent)
              return `${inner}${item.pattern.map((word) => word.text).join(' | ')})\n${this.#block(item.body)}\n${inner}${item.terminator ?? ';;'}\n`
            })
            .join(''),
        )
        return `case ${node.word.text} in \n${items}${pad}esac`
      }
      case 'BraceGroup':
        return `{ \n${this.#block(node.body)}\n${pad}}`
      case 'Subshell':
        return `( ${this.#grouped(node.body)} )`
      case 'TestCommand':
        return testText(node)
      case 'ArithmeticCommand':
        return `((${node.body}))`
      default:
        return assertNever(node)
    }
  }

  /** bash writes `elif` as an `if` inside of `else`. */
  #ifChain(node: Extract<CommandNode, { type: 'If' }>, at: number): string {
    const pad = ' '.repeat(this.#indent)
    const branch = at === 0 ? node : node.elif[at - 1]
    if (branch === undefined) return ''
    const head = `if ${this.#inline(branch.clause)}; then\n${this.#block(branch.then)};\n`
    const hasMore = at < node.elif.length
    if (hasMore) return `${head}${pad}else\n${this.#deeper(() => ' '.repeat(this.#indent) + this.#ifChain(node, at + 1))};\n${pad}fi`
    return `${head}${node.else === undefined ? '' : `${pad}else\n${this.#block(node.else)};\n`}${pad}fi`
  }

  /** Of a subshell, whose commands each take a line. */
  #grouped(list: CompoundList): string {
    const pad = ' '.repeat(this.#indent)
    return list.commands
      .map((one, i) => this.#statement(one) + (i === list.commands.length - 1 ? '' : one.background ? ' ' : `;\n${pad}`))
      .join('')
  }

  #inline(list: CompoundList): string {
    return list.commands
      .map((one, i) => this.#statement(one) + (i === list.commands.length - 1 ? '' : one.background ? ' ' : '; '))
      .join('')
  }
}

/** A word whose substitutions bash writes in its own layout, as far as blanks go. */
function plainText(text: string): string {
  if (!text.includes('$(')) return text
  return text
    .replace(/\$\([ \t\n]+(?!\()/g, '$(')
    .replace(/(?<=\$\([^()]*\d?(?:<|>>?))(?=[/\w.])/g, ' ')
    .replace(/(?<=\$\([^()]*)\s+\)/g, ')')
    .replace(/(?<=\$\([^()'"]*[ ;|])([<>])&(?=\d|-)/g, (_, sign: string) => `${sign === '>' ? '1' : '0'}${sign}&`)
}

/** A command as bash tells it: `BASH_COMMAND`. */
export function commandText(node: Command, source: string): string {
  return new Writer(source).command(node).trimEnd()
}

/** Whether a place of a script is that of a command of words. */
export function isCommand(node: { readonly pos: number; readonly type?: string }): node is Command {
  return node.type === 'Command'
}

/** `[[ … ]]` as bash tells it. */
export function testText(node: TestCommand): string {
  return `[[ ${test(node.expression)} ]]`
}

function test(expression: TestExpression): string {
  switch (expression.type) {
    case 'TestUnary':
      return `${expression.operator} ${expression.operand.text}`
    case 'TestBinary':
      return `${expression.left.text} ${expression.operator} ${expression.right.text}`
    case 'TestLogical':
      return expression.operands.map(test).join(` ${expression.operator} `)
    case 'TestNot':
      return `${'! '.repeat(expression.negations.length)}${test(expression.operand)}`
    case 'TestGroup':
      return `( ${test(expression.expression)} )`
    default:
      return assertNever(expression)
  }
}
