import { assertNever } from '@tabwright/protocol'
import type { AndOr, CommandNode, CompoundCommand, ParsedScript, Redirection, Statement } from 'unbash'
import { Killed, signalWords, type Signal } from '../../signals'
import type { Process } from '../../processes/process'
import type { System } from '../../system'
import { NotImplemented } from '../../commands/command'
import { bytesOf } from '../../text'
import { FsError } from '../../tree/fs-error'
import { errnoText } from '../../tree/errno-text'
import { BUILTINS } from '../builtins'
import type { Child, Redirected, Runner, TextRun, WordsHow } from '../runner'
import { FatalError, Jump, ShellError, ValueError } from '../shell-error'
import { Source } from '../source'
import type { ShellState } from '../state/shell-state'
import { installDynamic } from '../state/dynamic-variables'
import { apart, runArithmetic, runArithmeticFor, runCase, runFor, runIf, runSelect, runWhile } from './compound'
import { runTest } from './conditional'
import { commandText, isCommand, testText } from '../function-text'
import { runCoproc } from './coproc'
import type { Executor } from './executor'
import { callFunction, defineFunction } from './functions'
import { runBackground } from './background'
import { runPipeline } from './pipeline'
import { faultTold, writeTo } from './programs'
import { redirect } from './redirect'
import { runExternal } from './external'
import { runText, tellFault } from './run-text'
import { runSimple, withRedirections } from './simple'
import { endOf } from './waiting'
import { captureOutput, startSubstitution } from './substitution'
import { TrapDesk } from './trap-desk'

/** What an interpreter is made of. */
export interface Interpreting {
  readonly state: ShellState
  readonly process: Process
  readonly system: System
  readonly source?: Source
  readonly guarded?: number
}

const LOOPS: ReadonlySet<string> = new Set(['While', 'For', 'ArithmeticFor', 'Select', 'If', 'Case'])

/** Runs scripts on one process with one state. */
export class Interpreter implements Executor {
  readonly state: ShellState
  readonly process: Process
  readonly system: System
  isTail = false
  isDebugged = false
  aliases: ReadonlyMap<string, string> = new Map()
  readonly aliasing = new Set<string>()
  source: Source
  at = 0
  #commandText: string | (() => string) = ''
  guarded: number
  substituted: number | undefined
  readonly #traps: TrapDesk
  /** A loop or the like that is a part of a pipeline: bash runs no `EXIT` trap that is set in it. */
  #isLoop = false

  constructor(parts: Interpreting) {
    this.state = parts.state
    this.process = parts.process
    this.system = parts.system
    this.source = parts.source ?? new Source('', parts.state.scriptName)
    this.guarded = parts.guarded ?? 0
    this.#traps = new TrapDesk(this)
    installDynamic(this)
  }

  get line(): number {
    return this.source.line(this.at)
  }

  get commandText(): string {
    const made = this.#commandText
    return this.#traps.commandText ?? (typeof made === 'string' ? made : made())
  }

  set commandText(text: string) {
    this.#commandText = text
  }

  /** Its text is only made when somebody asks. */
  begin(node: { readonly pos: number; readonly end: number }): void {
    const { text } = this.source
    this.at = node.pos
    // A subshell is told with blanks inside its parentheses.
    this.#commandText = () =>
      isCommand(node) ? commandText(node, text) : text.slice(node.pos, node.end).replace(/^\((?!\()\s*([\s\S]*?)\s*\)$/, '( $1 )')
  }

  get builtinNames(): readonly string[] {
    return [...BUILTINS.keys()]
  }

  isBuiltin(name: string): boolean {
    return BUILTINS.has(name) && !this.state.disabled.has(name)
  }

  textAt(from: number, to: number): string {
    return this.source.text.slice(from, to)
  }

  step(): Promise<void> | undefined {
    if (this.process.isStopped || this.process.signal.aborted) return this.process.ready()
    this.system.tick()
    if (this.#traps.isWaiting) return this.#traps.run()
    return this.system.breathe()
  }

  trapped(): Promise<Signal> {
    return this.#traps.next()
  }

  runTrap(name: 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN'): Promise<void> {
    return this.#traps.runNamed(name)
  }

  async guard<T>(run: () => Promise<T>): Promise<T> {
    this.guarded += 1
    try {
      return await run()
    } finally {
      this.guarded -= 1
    }
  }

  async settle(status: number, isTrapped = true): Promise<void> {
    const { state } = this
    state.status = status
    state.pipeStatus = [status]
    if (this.process.signal.aborted) this.process.signal.throwIfAborted()
    if (status === 0 || this.guarded > 0) return
    if (isTrapped && state.traps.has('ERR')) await this.runTrap('ERR')
    if (state.has('errexit')) throw new Jump('exit', status)
  }

  async runStatements(statements: readonly Statement[]): Promise<void> {
    for (const statement of statements) {
      const wait = this.step()
      if (wait !== undefined) await wait
      if (this.state.has('noexec')) continue
      if (statement.background) await runBackground(this, statement, this.#childOf)
      else if (statement.command.type === 'AndOr') await this.#runAndOr(statement.command)
      else if (statement.command.type === 'Pipeline') await runPipeline(this, statement.command, this.#childOf)
      else await this.runNode(statement.command)
    }
  }

  runChild(statements: readonly Statement[]): Promise<void> {
    const [only] = statements
    this.isTail = statements.length === 1 && only?.command.type === 'Command' && !only.background
    return this.runStatements(statements)
  }

  async #runAndOr(node: AndOr): Promise<void> {
    for (const [i, part] of node.commands.entries()) {
      const operator = node.operators[i - 1]
      if (operator !== undefined && (operator === '&&') !== (this.state.status === 0)) continue
      const run = (): Promise<void> => (part.type === 'Pipeline' ? runPipeline(this, part, this.#childOf) : this.runNode(part))
      if (i < node.commands.length - 1) await this.guard(run)
      else await run()
    }
  }

  async runNode(node: CommandNode): Promise<void> {
    switch (node.type) {
      case 'Command':
        return runSimple(this, node)
      case 'Redirected':
        this.at = node.pos
        return this.#runRedirected(node.command, node.redirects)
      case 'Function':
        return defineFunction(this, node)
      case 'Coproc':
        return runCoproc(this, node, this.#childOf)
      case 'TestCommand':
      case 'ArithmeticCommand':
        this.begin(node)
        if (node.type === 'TestCommand') this.#commandText = () => testText(node)
        if (this.state.traps.has('DEBUG')) await this.runTrap('DEBUG')
        return this.#runCompound(node)
      case 'Subshell':
        this.begin(node)
        return this.#runCompound(node)
      default:
        this.at = node.pos
        return this.#runCompound(node)
    }
  }

  async #runRedirected(node: CompoundCommand, redirects: readonly Redirection[]): Promise<void> {
    let ran = false
    const held = this.substitutions
    const status = await withRedirections(this, { redirects }, async () => {
      ran = true
      await this.#runCompound(node)
      return this.state.status
    })
    this.closeSubstitutions(held)
    if (!ran) await this.settle(status)
  }

  async #runCompound(node: CompoundCommand): Promise<void> {
    switch (node.type) {
      case 'If':
        return runIf(this, node)
      case 'While':
        return runWhile(this, node)
      case 'For':
        return runFor(this, node)
      case 'ArithmeticFor':
        return runArithmeticFor(this, node)
      case 'Select':
        return runSelect(this, node)
      case 'Case':
        return runCase(this, node)
      case 'BraceGroup':
        return this.runStatements(node.body.commands)
      case 'Subshell': {
        const child = this.spawn({ title: this.textAt(node.pos, node.end), body: (runner) => apart(runner, node.body.commands) })
        return this.settle(await this.waitFor(child, this.textAt(node.pos, node.end)))
      }
      case 'TestCommand':
        return runTest(this, node)
      case 'ArithmeticCommand':
        return runArithmetic(this, node)
      default:
        return assertNever(node)
    }
  }

  readonly #childOf =
    (node: CommandNode) =>
    async (runner: Runner): Promise<void> => {
      if (!(runner instanceof Interpreter)) throw new ShellError('a child of another shell')
      // What is more than one command knows nothing of the loops around it.
      if (node.type !== 'Command') runner.state.loops = 0
      else runner.isDebugged = true
      runner.#isLoop = LOOPS.has(node.type === 'Redirected' ? node.command.type : node.type)
      // A subshell in a child needs no second child.
      if (node.type === 'Subshell') return runner.runChild(node.body.commands)
      runner.isTail = node.type === 'Command'
      return runner.runNode(node)
    }

  get trapStatus(): number | undefined {
    return this.#traps.status
  }

  runText(run: TextRun): Promise<boolean> {
    return runText(this, run)
  }

  async runWords(words: readonly string[], how: WordsHow = {}): Promise<number> {
    const [name = '', ...args] = words
    const { state } = this
    state.lastArgument = words.at(-1) ?? ''
    const own = how.skipFunctions ? undefined : state.functions.get(name)
    if (own !== undefined) return callFunction(this, own, args)
    const builtin = how.skipBuiltins || state.disabled.has(name) ? undefined : BUILTINS.get(name)
    if (builtin === undefined) return runExternal(this, words, how)
    try {
      return await builtin.run(this, args, { name, compounds: how.compounds ?? new Map() })
    } catch (thrown) {
      if (thrown instanceof FsError) {
        await this.complain(
          `${name}: ${thrown.path === undefined || thrown.path === '' ? '' : `${thrown.path}: `}${thrown.syscall === 'write' ? 'write error: ' : ''}${errnoText(thrown)}`,
        )
        return 1
      }
      if (thrown instanceof NotImplemented) await this.complain(thrown.message)
      else if (!(thrown instanceof ShellError) || thrown instanceof FatalError || thrown instanceof ValueError) throw thrown
      else await this.complain(`${name}: ${thrown.message}`)
      return thrown.code
    }
  }

  redirect(redirections: readonly Redirection[]): Promise<Redirected> {
    return redirect(this, redirections)
  }

  spawn(child: Child): Process {
    const files = new Map(this.process.files)
    for (const [descriptor, file] of child.files ?? []) {
      if (file === undefined) files.delete(descriptor)
      else files.set(descriptor, file)
    }
    const { source, at, guarded } = this
    return this.system.processes.spawn({
      parent: this.process,
      group: child.group === 'own' ? undefined : (child.group ?? this.process.group),
      title: child.title,
      files,
      body: (process) => {
        const inner = new Interpreter({ state: this.state.copy(), process, system: this.system, source, guarded })
        inner.at = at
        inner.aliases = this.aliases
        inner.enterChild(child.isBackground ?? false)
        return inner.finish(() => child.body(inner))
      },
      onFault: faultTold,
    })
  }

  onProcess(process: Process): Interpreter {
    return new Interpreter({ state: this.state, process, system: this.system, source: this.source })
  }

  /** Drops what a child does not inherit. */
  enterChild(isBackground: boolean): void {
    this.#traps.enterChild(isBackground && !this.state.has('monitor'))
  }

  /** Runs to the end of the shell: its exit, its traps, its faults. */
  async finish(run: () => Promise<unknown>): Promise<number> {
    try {
      await this.#ending(run)
      // A signal that ended the last command, a `wait`, has its trap still before it.
      if (this.#traps.isWaiting) await this.#ending(() => this.#traps.run())
      if (this.state.traps.has('EXIT') && !this.#isLoop) await this.#ending(() => this.runTrap('EXIT'))
      return this.state.status
    } catch (thrown) {
      if (thrown instanceof Killed) await this.#traps.runLast(thrown.signal)
      throw thrown
    }
  }

  async #ending(run: () => Promise<unknown>): Promise<void> {
    try {
      await run()
    } catch (thrown) {
      if (thrown instanceof Jump) {
        // Who leaves a loop of the shell around this one has done so well.
        this.state.status = thrown.to === 'exit' || thrown.to === 'return' ? thrown.count : 0
        if (thrown.to === 'exit') this.state.hasExited = true
        return
      }
      if (!(thrown instanceof ShellError || thrown instanceof NotImplemented)) throw thrown
      await tellFault(this, thrown)
    }
  }

  capture(script: ParsedScript, text: string): Promise<string> {
    return captureOutput(this, script, text)
  }

  substituteProcess(script: ParsedScript, operator: '<' | '>'): string {
    const { descriptor, path } = startSubstitution(this, script, operator)
    this.#opened.push(descriptor)
    return path
  }

  readonly #opened: number[] = []

  closeSubstitutions(from: number): void {
    for (const descriptor of this.#opened.splice(from)) {
      this.process.files.get(descriptor)?.release()
      this.process.files.delete(descriptor)
    }
  }

  get substitutions(): number {
    return this.#opened.length
  }

  async waitFor(process: Process, text: string): Promise<number> {
    const exit = await endOf(this.process, process)
    const code = exit.code
    if (exit.signal !== undefined && exit.signal !== 'INT' && exit.signal !== 'PIPE' && !this.process.signal.aborted)
      await this.complain(`${String(process.pid).padStart(5)} ${signalWords(exit.signal)}${' '.repeat(15)}${text}`)
    const wait = this.step()
    if (wait !== undefined) await wait
    return code
  }

  async write(data: string | Uint8Array, descriptor = 1): Promise<void> {
    if (data.length === 0) return
    const file = this.process.files.get(descriptor)
    if (file === undefined) throw new FsError('EBADF', 'write')
    await file.write(typeof data === 'string' ? bytesOf(data) : data, this.process)
  }

  complain(message: string): Promise<void> {
    return writeTo(this.process, 2, `${this.place}${message}\n`)
  }

  get place(): string {
    const { state } = this
    if (state.isInteractive) return `${state.scriptName}: ${state.frames.length === 0 ? '' : `line ${this.line}: `}`
    // In functions and sourced files bash tells the file instead of the shell.
    const name = state.frames.length === 0 || this.source.name === '' ? state.scriptName : this.source.name
    return `${name}: line ${this.line}: `
  }
}
