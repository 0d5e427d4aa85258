import { NotImplemented, type Call } from '../command'
import { doesWait, Lowering, waitingFunctions } from './lowering'
import { Machine } from './machine'
import { MainInput } from './main-input'
import type { Expression, Program, Rule, Statement } from './program'
import { StatementCompiler } from './compile-statement'
import { runFrom } from './run-steps'
import { Leave, Signal, type Compiled, type Execute, type Frame, type Scope } from './scope'
import { Fatal } from './values'

const PRINT: Statement = { type: 'print', args: [], redirect: undefined, line: 0 }

/** A program, made ready to run on a machine. */
export class Running {
  readonly machine: Machine
  readonly #input: MainInput
  readonly #program: Program
  readonly #functions = new Map<string, Compiled>()
  readonly #waiting: ReadonlySet<string>
  readonly #frame: Frame = []
  readonly #rules: Readonly<Record<'BEGIN' | 'END' | 'BEGINFILE' | 'ENDFILE' | 'record', Execute[]>>

  constructor(program: Program, call: Call) {
    this.#program = program
    this.machine = new Machine(call)
    this.#waiting = waitingFunctions(program)
    this.#rules = { BEGIN: [], END: [], BEGINFILE: [], ENDFILE: [], record: [] }
    this.#input = new MainInput(this.machine, {
      hasBegin: program.rules.some(({ pattern }) => pattern.type === 'BEGINFILE'),
      begin: async () => (await this.#special('BEGINFILE')) === Signal.nextfile,
      end: async () => void (await this.#special('ENDFILE')),
    })
    this.machine.input = this.#input
  }

  /** Looks up every name and makes functions and rules ready. @throws Fatal */
  compile(): void {
    for (const [name, rule] of this.#program.functions)
      this.#functions.set(name, { rule, waits: this.#waiting.has(name), slots: 0, body: () => Signal.none })
    for (const compiled of this.#functions.values()) {
      const { params, body } = compiled.rule
      const scope = this.#scope(new Map(params.map((param, index) => [param, index])), !compiled.waits)
      const lowering = this.#lowering(params.length)
      compiled.body = new StatementCompiler(scope, lowering).block(body)
      compiled.slots = lowering.slots
    }
    const lowering = this.#lowering(0)
    const compiler = new StatementCompiler(this.#scope(new Map(), false), lowering)
    for (const rule of this.#program.rules) this.#addRule(compiler, rule)
    while (this.#frame.length < lowering.slots) this.#frame.push(undefined)
  }

  /** Gives the exit code. */
  async run(): Promise<number> {
    const { machine } = this
    const began = await this.#special('BEGIN')
    const reads = this.#rules.record.length + this.#rules.END.length + this.#rules.BEGINFILE.length + this.#rules.ENDFILE.length > 0
    if (began !== Signal.exit && reads) await this.#readAll()
    await this.#special('END')
    await machine.tellWarnings()
    await machine.files.closeAll()
    return machine.exitCode
  }

  #scope(params: ReadonlyMap<string, number>, isSync: boolean): Scope {
    return { machine: this.machine, functions: this.#functions, params, isSync }
  }

  #lowering(first: number): Lowering {
    return new Lowering((expression) => doesWait(expression, this.#waiting), first)
  }

  #addRule(compiler: StatementCompiler, rule: Rule): void {
    const { pattern, line } = rule
    const body = rule.body ?? [{ ...PRINT, line }]
    switch (pattern.type) {
      case 'BEGIN':
      case 'END':
      case 'BEGINFILE':
      case 'ENDFILE':
        this.#rules[pattern.type].push(compiler.block(body))
        return
      case 'always':
        this.#rules.record.push(compiler.block(body))
        return
      case 'when': {
        const statement: Statement = { type: 'if', condition: pattern.condition, yes: { type: 'block', body }, no: undefined, line }
        this.#rules.record.push(compiler.statement(statement))
        return
      }
      case 'range':
        this.#rules.record.push(rangeRule(compiler, pattern, compiler.block(body)))
    }
  }

  async #readAll(): Promise<void> {
    const { machine } = this
    const input = this.#input
    const { call } = machine
    const rules = this.#rules.record
    for (let count = 1; ; count++) {
      let record = input.take()
      if (record === 'more') record = await input.next()
      if (record === undefined) return
      machine.fields.record = record.text
      if (record.end !== '\n') machine.setGlobal('RT', record.end)
      else if (machine.recordEnd.type !== 'char') machine.setGlobal('RT', '\n')
      const signal = rules.length === 0 ? Signal.none : await this.#run(rules)
      const told = machine.tellWarnings()
      if (told !== undefined) await told
      if (signal === Signal.exit) return
      if (signal === Signal.nextfile) await input.skipFile()
      if ((count & 255) === 0) {
        call.tick()
        const breath = call.system.breathe()
        if (breath !== undefined) await breath
      }
    }
  }

  /** Rules without a record: a function that they call may not go on to the next one. */
  async #special(kind: 'BEGIN' | 'END' | 'BEGINFILE' | 'ENDFILE'): Promise<number> {
    const signal = await this.#run(this.#rules[kind])
    if (signal === Signal.next) throw new Fatal(`\`next' cannot be called from a \`${kind}' rule`)
    if (signal === Signal.nextfile && kind !== 'BEGINFILE') throw new Fatal(`\`nextfile' cannot be called from a \`${kind}' rule`)
    return signal
  }

  #run(steps: readonly Execute[]): number | Promise<number> {
    try {
      const signal = runFrom(steps, 0, this.#frame)
      return typeof signal === 'number' ? signal : signal.catch((thrown: unknown) => this.#left(thrown))
    } catch (thrown) {
      return this.#left(thrown)
    }
  }

  /** `next` and `exit` in functions arrive here. */
  #left(thrown: unknown): number {
    if (!(thrown instanceof Leave)) throw thrown
    this.machine.depth = 0
    return thrown.signal
  }
}

function rangeRule(
  compiler: StatementCompiler,
  { from, to }: { readonly from: Expression; readonly to: Expression },
  body: Execute,
): Execute {
  if (compiler.lowering.hasWait(from) || compiler.lowering.hasWait(to))
    throw new NotImplemented('a pattern of two parts that reads or runs something')
  const [begins, ends] = [compiler.expressions.truth(from), compiler.expressions.truth(to)]
  let isWithin = false
  return (frame) => {
    if (!isWithin && !begins(frame)) return Signal.none
    isWithin = !ends(frame)
    return body(frame)
  }
}
